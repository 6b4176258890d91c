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
  let here = place;
  let step = "concerned";
  let after = "";
  let sending = false;

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

  function readersChanged() {
    const fit = new Set(able());
    const shown = new Set(offered());
    for (const reader of data.readers) {
      box(reader).checked = fit.has(reader);
      box(reader).closest("label").hidden = !shown.has(reader);
    }
  }

  function openNames() {
    const text = plain(value("names") + value("what"));
    const known = new Set([...concerned(), ...notMeant]);
    return data.named.filter((each) => !known.has(each.key) && each.words.some((word) => text.includes(word)));
  }

  /* --- pages --- */

  function show(next) {
    step = next;
    const section = sections.get(next);
    if (next === "ask") {
      const asked = new Set(openNames().map((each) => each.name));
      for (const each of data.named) {
        section.querySelector(`input[name="${each.name}"]`).closest("fieldset").hidden = !asked.has(each.name);
      }
    }
    if (next === "send") summarise();
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
    if (key === "concerned") readersChanged();
    else if (!chosen().length) return show("readers");
    return show(nextOf(key));
  }

  function go() {
    if (step === "send") return send();
    if (step === "ask") {
      const open = openNames();
      const answers = open.map((each) => [each, all("ask", `input[name="${each.name}"]:checked`)[0]]);
      if (answers.some(([, answer]) => !answer)) return refuse(said.each);
      for (const [each, answer] of answers) (answer.value === "yes" ? meant : notMeant).add(each.key);
      if (after !== "concerned") readersKept();
      return readable(after);
    }
    if (step === "readers" && !chosen().length) return refuse(said.reader);
    if (step === "what" && !value("what")) return refuse(said.what);
    if (step === "what" && value("what").length > data.most.what) return refuse(said.long);
    if (step === "contact" && known() === "yes" && !value("contact")) return refuse(said.contact);
    return onward(step);
  }

  /* Somebody was named afterwards: their tick goes, the others stay as they were chosen. */
  function readersKept() {
    const fit = new Set(able());
    for (const reader of data.readers) {
      if (!fit.has(reader) && !reader.outside) box(reader).checked = false;
      box(reader).closest("label").hidden = !offered().includes(reader);
    }
    if (!chosen().length) for (const reader of fit) box(reader).checked = true;
  }

  function goBack() {
    if (step === "ask") return show(after);
    if (step === "nobody") return show("concerned");
    return show(order[Math.max(0, order.indexOf(step) - 1)]);
  }

  /* --- sealing --- */

  async function send() {
    if (sending) return;
    const readers = chosen();
    if (!readers.length) return show("readers");
    sending = true;
    on.disabled = true;
    on.textContent = on.dataset.busy;
    const content = {
      v: 1,
      names: value("names"),
      what: value("what"),
      when: value("when"),
      where: value("where"),
      evidence: value("evidence"),
      contact: contact(),
      concerned: concerned(),
      labels: concerned().map((key) => data.labels[key] || key),
      language: data.language,
      sealed_in: "browser",
    };
    const made = await sealing.report(content, readers);
    const files = document.getElementById("files");
    // Of what was typed nothing is left in the form: the sealed report, the files, and the page's own state go.
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
  readersChanged();
  show("concerned");
})();
