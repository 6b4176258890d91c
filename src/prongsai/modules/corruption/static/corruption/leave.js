/* "Leave this page": at once, and Back does not come here again. Without this script it is a plain link. */
"use strict";

(() => {
  let pressed = [];

  function leave(url) {
    document.documentElement.hidden = true;
    for (const field of document.querySelectorAll("input, textarea")) field.value = "";
    const entries = (history.state && history.state.depth) || 0; // one for each question (report.js)
    if (!entries) return location.replace(url);
    const away = (event) => {
      if (event) event.stopImmediatePropagation();
      location.replace(url);
    };
    addEventListener("popstate", away, { capture: true });
    setTimeout(away, 300); // where the history is shorter than that
    history.go(-entries);
  }

  for (const link of document.querySelectorAll("[data-leave]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave(link.href);
    });
  }

  // Three times Escape within two seconds, for whoever has no hand free for the mouse.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const now = Date.now();
    pressed = [...pressed.filter((at) => now - at < 2000), now];
    if (pressed.length >= 3) leave(document.querySelector("[data-leave]").href);
  });

  // A page that the browser kept in memory shows nothing when one comes back to it.
  addEventListener("pagehide", () => {
    if (document.querySelector("main form")) document.querySelector("main").replaceChildren();
  });
})();
