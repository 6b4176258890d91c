/* Improves pages that work without it: menus that close, toasts, drafts kept while typing, busy buttons, "all" boxes. */
"use strict";

const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

/* menus: one open at a time; Escape and a press elsewhere close them */
const closeMenus = (except) => each("details.pop[open]", (menu) => { if (menu !== except && !menu.contains(except)) menu.open = false; });
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.pop")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement && document.activeElement.closest("details.pop[open]");
  closeMenus(null);
  if (menu) menu.querySelector("summary").focus();
});

/* toasts: said aloud, closed by a button; what holds no number and no link goes by itself */
const STAYS = 10000;
each(".toast", (toast) => {
  const shut = toast.querySelector(".shut");
  const words = toast.querySelector("div");
  shut.hidden = false;
  shut.addEventListener("click", () => toast.remove());
  const stays = /\d|[๐-๙]/.test(words.textContent) || words.querySelector("a");
  const said = [...words.childNodes];
  words.replaceChildren();
  setTimeout(() => words.append(...said), 150); // a region is read out when it changes, not when it loads
  if (!stays && !toast.matches(".error, .warning")) setTimeout(() => toast.remove(), STAYS);
});

/* drafts: a few seconds after the last key, and once more when the page is left */
const PAUSE = 3000;
each("form[data-draft]", (form) => {
  const line = form.querySelector(".autosave");
  let waiting = 0, sent = "", leaving = false;
  const typed = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.delete("once");
    data.set("_draft", "1");
    return data;
  };
  const text = (data) => new URLSearchParams(data).toString();
  sent = text(typed());
  const keep = async () => {
    clearTimeout(waiting);
    waiting = 0;
    const data = typed();
    if (leaving || text(data) === sent) return;
    const now = text(data);
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: data, headers: { "X-Requested-With": "draft", Accept: "application/json" }, keepalive: now.length < 60000 });
      if (answer.status === 401) { line.textContent = form.dataset.gone; return; }
      if (answer.redirected || !answer.headers.get("Content-Type").includes("json")) return;
      line.textContent = (await answer.json()).said;
      if (answer.ok) sent = now;
    } catch { /* the line is down: what is typed is still on the page, and the next pause tries again */ }
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, PAUSE); });
  form.addEventListener("change", () => { clearTimeout(waiting); waiting = setTimeout(keep, PAUSE); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
  addEventListener("pagehide", () => { if (waiting) keep(); });
});

/* buttons: pressed once; the width stays while they say that they are busy */
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || !button.dataset.busy || event.defaultPrevented) return;
  if (button.getAttribute("aria-disabled")) { event.preventDefault(); return; }
  button.style.minWidth = `${button.offsetWidth}px`;
  button.setAttribute("aria-disabled", "true");
  button.dataset.words = button.textContent;
  button.textContent = button.dataset.busy;
});
addEventListener("pageshow", () => each("[data-words]", (button) => {
  button.textContent = button.dataset.words;
  button.removeAttribute("aria-disabled");
}));

/* lists: the box in the head takes the whole page; a filter that is chosen applies at once */
each("[data-all]", (all) => {
  const boxes = [...document.querySelectorAll(`input[name="${all.dataset.all}"]`)];
  all.closest("label").hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", () => { all.checked = boxes.every((one) => one.checked); }));
});
each("select[data-now]", (select) => select.addEventListener("change", () => select.form.requestSubmit()));
each("[data-print]", (button) => { button.hidden = false; button.addEventListener("click", () => print()); });

/* the error summary takes the focus */
const summary = document.querySelector(".errsum");
if (summary) { summary.tabIndex = -1; summary.focus(); }
