// Passkeys: say in words when the device refused. Printing: a button where scripts run.
(() => {
  "use strict";
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const box = document.querySelector("[data-passkey-refused]");
    if (box) {
      box.hidden = false;
      box.focus();
    }
  });
})();
