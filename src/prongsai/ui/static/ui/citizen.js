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

  // Nothing is dropped because a form was let go: the line may break behind it. It goes when a page says that it arrived.
  const ours = `prongsai:${office}:`, LEAVING = `prongsai-leaving:${office}`;

  const store = {
    key: (form) => ours + form.dataset.keep,
    all() {
      try { return Object.keys(localStorage).filter((key) => key.startsWith(ours)); } catch { return []; }
    },
    at(key) {
      try {
        const kept = JSON.parse(localStorage.getItem(key) || "null");
        return kept && Date.now() - kept.at < LIVES ? kept : null;
      } catch { return null; }
    },
    write(key, kept) {
      try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), ...kept })); } catch { /* a full or forbidden store keeps nothing */ }
    },
    drop(key) {
      try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
    },
  };

  // What the office has by now, and what of a matter is left when it was sent or erased.
  function settle() {
    const arrived = (document.querySelector("[data-arrived]")?.dataset.arrived || "").split(" ").filter(Boolean);
    for (const key of store.all()) {
      const kept = store.at(key);
      if (!kept || arrived.includes(kept.sent)) store.drop(key);
    }
    const leaving = store.at(LEAVING);
    if (!leaving || !document.querySelector("[data-receipt], [data-gone]")) return;
    for (const key of store.all()) if (key.endsWith(`-${leaving.draft}`)) store.drop(key);
    store.drop(LEAVING);
  }

  const token = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const typed = (form) => [...form.elements].filter((field) => field.matches("textarea, input:not([type]), input[type=text], input[type=tel], input[type=email]") && field.name !== "human");
  const words = (form) => Object.fromEntries(typed(form).map((field) => [field.name, field.value]));

  function keepTyping(form) {
    const kept = store.at(store.key(form));
    let brought = false;
    // What was typed here and never arrived is newer than what the page has.
    if (kept) for (const field of typed(form)) if (kept.fields[field.name] && kept.fields[field.name] !== field.value) { field.value = kept.fields[field.name]; brought = true; }
    if (brought) say("back");
    form.addEventListener("input", () => store.write(store.key(form), { fields: words(form) }));
  }

  function carry(form, name, value) {
    const carried = form.querySelector(`input[type=hidden][name="${name}"]`) || document.createElement("input");
    carried.type = "hidden";
    carried.name = name;
    carried.value = value;
    form.append(carried);
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
      if (pressed?.name) carry(form, pressed.name, pressed.value);
      if (form.dataset.keep) {
        const sent = token();
        carry(form, "typed", sent);
        store.write(store.key(form), { fields: words(form), sent });
      }
      if (form.dataset.leaves) store.write(LEAVING, { draft: form.dataset.leaves });
      form.submit();
    });
    // A page that is gone back to is live again.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      on = false;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  }

  settle();
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
