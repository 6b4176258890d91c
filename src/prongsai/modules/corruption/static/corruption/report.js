/* All questions on one page, and nothing sent before the end: the answers are sealed here. Without this script, or where
   the browser cannot seal, the server asks one question a page and seals on arrival. */
"use strict";

(async () => {
  const form = document.querySelector("form[data-report]");
  if (!form || !sealing) return;
  const data = JSON.parse(document.getElementById("whistle-data").textContent);
  try {
    await sealing.report({}, data.readers); // whether this browser can do it with these keys
  } catch {
    return;
  }

  const said = data.said;
  const order = ["concerned", "readers", "what", "when", "evidence", "contact", "send"];
  const sections = new Map();
  for (const name of ["whistle-questions", "whistle-nobody"]) {
    const copy = document.getElementById(name).content.cloneNode(true);
    for (const section of copy.querySelectorAll("[data-section]")) sections.set(section.dataset.section, section);
  }
  const place = form.querySelector("[data-section]");
  const on = form.querySelector("[data-on]");
  const where = form.querySelector("[data-where]");
  const bars = form.querySelectorAll(".prog i");
  const back = document.createElement("button");
  back.type = "button";
  back.className = "btn btn-3";
  back.textContent = said.back;
  on.after(back);
  where.textContent = said.where;

  const notMeant = new Set();
  const meant = new Set();
  const choice = new Map(); // of readers, by hand: id, whether the tick stands
  const page = String(Math.random());
  let here = place;
  let step = "concerned";
  let after = "";
  let sending = false;
  let depth = (history.state && history.state.depth) || 0; // entries of this page in the tab's history

  const all = (step, selector) => [...sections.get(step).querySelectorAll(selector)];
  const value = (name) => {
    const found = [...sections.values()].map((section) => section.querySelector(`[name="${name}"]`)).find(Boolean);
    return found ? found.value.trim() : "";
  };
  const plain = (text) => text.replace(/\s+/g, "").toLowerCase();
  const ticked = () => all("concerned", "input[type=checkbox]:checked").map((box) => box.value);
  const concerned = () => [...new Set([...ticked(), ...meant])];

  /* --- the rule: nobody who is concerned, nobody who works under them --- */

  function able() {
    const about = new Set(concerned());
    const fit = data.readers.filter((reader) => !reader.out.some((key) => about.has(key)));
    const inside = fit.filter((reader) => !reader.outside);
    return inside.length ? inside : fit;
  }

  function offered() {
    const fit = new Set(able());
    return data.readers.filter((reader) => fit.has(reader) || reader.outside);
  }

  const box = (reader) => sections.get("readers").querySelector(`input[value="${reader.id}"]`);
  const chosen = () => offered().filter((reader) => box(reader).checked);

  /* Who may read it has changed: what the reporter chose by hand stays, the others get it by the rule. */
  function readersChanged() {
    const fit = new Set(able());
    const shown = new Set(offered());
    for (const reader of data.readers) {
      const kept = choice.has(reader.id) ? choice.get(reader.id) : fit.has(reader);
      box(reader).checked = kept && shown.has(reader);
      box(reader).closest("label").hidden = !shown.has(reader);
    }
  }

  /* Where only somebody outside the office reads it, they answer by the contact and not by the code: that is told. */
  function tellOutside() {
    const readers = chosen();
    const alone = readers.length === 1 && readers[0].outside;
    for (const name of ["readers", "send"]) {
      const note = sections.get(name).querySelector("[data-outside]");
      note.textContent = alone ? said.outside.replace("{name}", readers[0].name) : "";
      note.hidden = !alone;
    }
  }

  function openNames() {
    const text = plain(value("names") + value("what"));
    const known = new Set([...concerned(), ...notMeant]);
    return data.named.filter((each) => !known.has(each.key) && each.words.some((word) => text.includes(word)));
  }

  /* --- pages --- */

  /* An entry of the history for each step, so that the telephone's Back goes one question back. It says which, no more. */
  function show(next) {
    depth += 1;
    history.pushState({ page, depth, step: next, after }, "");
    draw(next);
  }

  function cameBack(event) {
    if (sending) return;
    if (!event.state) {
      // a link inside the page, such as the one to its content
      depth += 1;
      return history.replaceState({ page, depth, step, after }, "");
    }
    depth = event.state.depth || 0;
    const ours = event.state.page === page; // of this page as it is loaded now
    after = ours ? event.state.after : "";
    let next = ours ? event.state.step : "concerned";
    if (next === "ask" && !openNames().length) next = after;
    if (next === "nobody" && able().length) next = "concerned";
    if (next !== "concerned" && !able().length) next = "nobody";
    draw(next);
  }

  function draw(next) {
    step = next;
    const section = sections.get(next);
    if (next === "ask") {
      const asked = new Set(openNames().map((each) => each.name));
      for (const each of data.named) {
        section.querySelector(`input[name="${each.name}"]`).closest("fieldset").hidden = !asked.has(each.name);
      }
    }
    if (next === "send") summarise();
    tellOutside();
    clear(section);
    here.replaceWith(section);
    here = section;
    const at = order.indexOf(next === "ask" || next === "nobody" ? after : next) + 1;
    form.querySelector("[data-at]").textContent = said.at.replace("{at}", at).replace("{of}", order.length);
    bars.forEach((bar, number) => bar.classList.toggle("done", number < at));
    back.hidden = next === "concerned";
    on.hidden = next === "nobody";
    on.textContent = next === "send" ? said.send : said.on;
    section.querySelector("h1").focus();
    scrollTo(0, 0);
  }

  function clear(section) {
    for (const old of section.querySelectorAll(".errsum")) old.remove();
  }

  function refuse(sentence) {
    clear(here);
    const box = document.createElement("div");
    box.className = "errsum";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    const words = document.createElement("p");
    words.textContent = sentence;
    box.append(words);
    here.prepend(box);
    box.focus();
  }

  function summarise() {
    const list = sections.get("send").querySelector("[data-summary]");
    const titles = (keys) => keys.map((key) => data.labels[key] || key).join("\n");
    const told = {
      concerned: [titles(concerned()), value("names")].filter(Boolean).join("\n"),
      readers: chosen().map((reader) => box(reader).closest("label").innerText.trim()).join("\n"),
      what: value("what"),
      when: [value("when"), value("where")].filter(Boolean).join("\n"),
      evidence: value("evidence"),
      contact: contact() || said.unknown,
    };
    list.replaceChildren(
      ...order.slice(0, -1).map((key) => {
        const row = document.createElement("div");
        const [title, words, change] = ["dt", "dd", "dd"].map((tag) => document.createElement(tag));
        title.textContent = sections.get(key).querySelector("h1").textContent;
        words.textContent = told[key] || "–";
        words.className = "said";
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-3 btn-s";
        button.append(said.change);
        const hidden = document.createElement("span");
        hidden.className = "vh";
        hidden.textContent = ` ${title.textContent}`;
        button.append(hidden);
        button.addEventListener("click", () => show(key));
        change.append(button);
        row.append(title, words, change);
        return row;
      }),
    );
  }

  const known = () => (all("contact", "input[name=known]:checked")[0] || {}).value || "no";
  const contact = () => (known() === "yes" ? value("contact") : "");

  /* --- going on --- */

  function nextOf(key) {
    return order[order.indexOf(key) + 1];
  }

  function onward(key) {
    after = key;
    if ((key === "concerned" || key === "what") && openNames().length) return show("ask");
    return readable(key);
  }

  function readable(key) {
    if (!able().length) return show("nobody");
    readersChanged();
    if (key !== "concerned" && !chosen().length) return show("readers");
    return show(nextOf(key));
  }

  function go() {
    if (step === "send") return send();
    if (step === "ask") {
      const open = openNames();
      const answers = open.map((each) => [each, all("ask", `input[name="${each.name}"]:checked`)[0]]);
      if (answers.some(([, answer]) => !answer)) return refuse(said.each);
      for (const [each, answer] of answers) (answer.value === "yes" ? meant : notMeant).add(each.key);
      return readable(after);
    }
    const long = Object.keys(data.most).find((name) => holds(name) && [...value(name)].length > data.most[name]);
    if (long) return refuse(said.long.replace("{most}", data.most[long].toLocaleString("en")));
    if (step === "readers" && !chosen().length) return refuse(said.reader);
    if (step === "what" && !value("what")) return refuse(said.what);
    if (step === "contact" && known() === "yes" && !value("contact")) return refuse(said.contact);
    return onward(step);
  }

  const holds = (name) => Boolean(here.querySelector(`[name="${name}"]`));

  function goBack() {
    if (step === "nobody") return show("concerned");
    history.back();
  }

  /* --- sealing --- */

  function content() {
    return {
      v: 1,
      names: value("names"),
      what: value("what"),
      when: value("when"),
      where: value("where"),
      evidence: value("evidence"),
      contact: contact(),
      concerned: concerned(),
      labels: concerned().map((key) => data.labels[key] || key),
      unwanted: able()
        .filter((reader) => !box(reader).checked)
        .map((reader) => `reader:${reader.id}`),
      language: data.language,
      sealed_in: "browser",
    };
  }

  /* The recipients and their keys as they are now: whoever made another key since could not open what is sealed to the
     former one. Says whether the reporter has to look at the readers again. */
  async function refreshed() {
    const answer = await fetch(location.href, { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = fresh.getElementById("whistle-data");
    if (!told) throw new Error("no channel");
    const before = chosen().map((reader) => reader.id);
    data.readers = JSON.parse(told.textContent).readers.filter((reader) => box(reader));
    for (const field of sections.get("readers").querySelectorAll("input[name=readers]")) {
      if (!data.readers.some((reader) => String(reader.id) === field.value)) field.closest("label").hidden = true;
    }
    form.querySelector("[name=state]").value = fresh.querySelector("form[data-report] [name=state]").value;
    readersChanged();
    return chosen().map((reader) => reader.id).join() !== before.join();
  }

  async function send() {
    if (sending) return;
    if (!chosen().length) return show("readers");
    sending = true;
    clear(here);
    on.disabled = true;
    on.textContent = on.dataset.busy;
    let refused = said.failed;
    try {
      if (await refreshed()) refused = said.changed;
      else return hand(await sealed());
    } catch {
      // nothing was wiped and nothing was sent
    }
    sending = false;
    on.disabled = false;
    on.textContent = said.send;
    if (refused === said.changed) show(able().length ? "readers" : "nobody");
    refuse(refused);
  }

  async function sealed() {
    const readers = chosen();
    const print = (reader) => (readers.includes(reader) ? reader.print : "-".repeat(reader.print.length));
    const keys = JSON.stringify(Object.fromEntries(data.readers.map((reader) => [reader.id, print(reader)])));
    return { ...(await sealing.report(content(), readers, data.readers)), keys };
  }

  /* Of what was typed nothing is left in the form: the sealed report, the files, and the page's own state go. */
  function hand(made) {
    const files = document.getElementById("files");
    const kept = [form.querySelector("[name=state]"), files];
    here.replaceWith(files);
    files.hidden = true;
    for (const section of sections.values()) section.remove();
    for (const field of [...form.elements]) if (!kept.includes(field)) field.disabled = true;
    for (const [name, text] of Object.entries(made)) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = text;
      form.append(field);
    }
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  back.addEventListener("click", goBack);
  sections.get("readers").addEventListener("change", (event) => {
    if (event.target.name !== "readers") return;
    choice.set(Number(event.target.value), event.target.checked);
    tellOutside();
  });
  // Once something is written, no link of the page throws it away; only the button for leaving does.
  form.addEventListener("input", () => {
    for (const link of document.querySelectorAll(".tongue, .quiet-foot .mores")) link.hidden = true;
    document.querySelector(".quiet-head .home").removeAttribute("href");
  });
  addEventListener("popstate", cameBack);
  history.replaceState({ page, depth, step, after }, "");
  readersChanged();
  draw("concerned");
})();
