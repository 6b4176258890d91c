// Citizens' forms on a line that drops: what is typed stays on the device, nothing is sent into the void, nothing twice.
(() => {
  "use strict";
  const DAY = 24 * 3600 * 1000, LIVES = 7 * DAY, PATIENCE = 8000;
  const held = document.querySelector("[data-held]");
  const office = location.pathname.split("/")[1] || "";

  function say(name) {
    if (!held) return;
    held.textContent = name ? held.dataset[name] : "";
    held.hidden = !name;
  }

  // --- what is being typed ---

  const store = {
    key: (form) => `prongsai:${office}:${form.dataset.keep}`,
    read(form) {
      try {
        const kept = JSON.parse(localStorage.getItem(this.key(form)) || "null");
        return kept && Date.now() - kept.at < LIVES ? kept.fields : null;
      } catch { return null; }
    },
    write(form, fields) {
      try { localStorage.setItem(this.key(form), JSON.stringify({ at: Date.now(), fields })); } catch { /* a full or forbidden store keeps nothing */ }
    },
    drop(form) {
      try { localStorage.removeItem(this.key(form)); } catch { /* nothing was kept */ }
    },
    forget() {
      try {
        for (const key of Object.keys(localStorage)) if (key.startsWith(`prongsai:${office}:`)) localStorage.removeItem(key);
      } catch { /* nothing was kept */ }
    },
  };

  const typed = (form) => [...form.elements].filter((field) => field.matches("textarea, input:not([type]), input[type=text], input[type=tel], input[type=email]") && field.name !== "human");

  function keepTyping(form) {
    const kept = store.read(form);
    let brought = false;
    if (kept) for (const field of typed(form)) if (!field.value && kept[field.name]) { field.value = kept[field.name]; brought = true; }
    if (brought) say("back");
    form.addEventListener("input", () => store.write(form, Object.fromEntries(typed(form).map((field) => [field.name, field.value]))));
  }

  // --- sending ---

  async function lineHolds(url) {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      await fetch(url, { method: "HEAD", cache: "no-store", signal: stop.signal, credentials: "same-origin" });
      return true;
    } catch { return false; } finally { clearTimeout(timer); }
  }

  const pause = (milliseconds) => new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });

  function guard(form) {
    const ping = form.dataset.line || location.href;
    let on = false;
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (on) return;
      on = true;
      const pressed = event.submitter;
      pressed?.setAttribute("aria-busy", "true");
      if (form.prongsaiReady) await form.prongsaiReady();
      for (let wait = 2000; !(await lineHolds(ping)); wait = Math.min(wait * 1.7, 30000)) {
        say("lost");
        await pause(wait);
      }
      say("");
      if (pressed?.name) {
        const carried = document.createElement("input");
        carried.type = "hidden";
        carried.name = pressed.name;
        carried.value = pressed.value;
        form.append(carried);
      }
      if (form.dataset.keep) addEventListener("pagehide", () => store.drop(form), { once: true });
      if ("send" in form.dataset || "forget" in form.dataset) store.forget();
      form.submit();
    });
    // A page that is gone back to is live again.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      on = false;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  }

  for (const form of document.querySelectorAll("form[method=post]")) {
    if (form.dataset.keep) keepTyping(form);
    guard(form);
  }

  const summary = document.querySelector(".errsum");
  if (summary) summary.focus();

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
