// The calendar of date fields, whole dates typed into the first box, and the line that says whether a day counts.
// Without this script the three inputs work as they are.
(() => {
  "use strict";
  if (window.prongsaiDates) return;
  window.prongsaiDates = true;

  const ERA = 543, DAY = 86400000;
  const arabic = text => text.replace(/[๐-๙]/g, sign => "๐๑๒๓๔๕๖๗๘๙".indexOf(sign));
  const iso = day => day.toISOString().slice(0, 10);
  const utc = (year, month, day) => new Date(Date.UTC(year, month, day));

  const { element, icon } = window.prongsaiElements;

  // The day of three figures (year พ.ศ.), or null where there is no such day.
  function existing(day, month, year) {
    const full = year < 100 ? year + 2500 : year, found = utc(full - ERA, month - 1, day);
    return full >= 2400 && full < 2700 && found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? found : null;
  }

  // Day, month and year of a whole date such as 13/8/2568 or ๑๓ ส.ค. ๒๕๖๘; null where it cannot be read.
  function whole(text, facts) {
    const plain = arabic(text).replace(/^วันที่|เดือน|พ\.?\s*ศ\.?/g, " ").trim();
    const figures = plain.match(/^(\d{1,2})[\s/.-]+(\d{1,2})[\s/.-]+(\d{4}|\d{2})$/);
    if (figures) return figures.slice(1).map(Number);
    const named = plain.match(/^(\d{1,2})\s*([^\d\s][^\d]*?)\s*(\d{4}|\d{2})$/);
    if (!named) return null;
    const bare = name => name.replace(/[.\s]/g, "").toLowerCase(), said = bare(named[2]);
    const month = facts.months.findIndex((name, at) => bare(name) === said || bare(facts.short[at]) === said);
    return month < 0 ? null : [Number(named[1]), month + 1, Number(named[3])];
  }

  class Field {
    constructor(box) {
      this.box = box;
      this.facts = JSON.parse(box.dataset.date);
      [this.day, this.year] = box.querySelectorAll("input");
      this.month = box.querySelector("select");
      this.button = box.querySelector("button");
      this.line = box.querySelector(".ok-line");
      this.button.hidden = this.day.disabled;
      this.button.addEventListener("click", () => this.calendar ? this.close() : this.open());
      this.day.addEventListener("change", () => this.spread());
      for (const input of [this.day, this.month, this.year]) input.addEventListener("change", () => this.tell());
    }

    value() {
      const [day, month, year] = [this.day, this.month, this.year].map(input => arabic(input.value).trim());
      return /^\d{1,2}$/.test(day) && month && /^(\d{2}|\d{4})$/.test(year) ? existing(+day, +month, +year) : null;
    }

    // A whole date in the first box goes into all three.
    spread() {
      const parts = /^\s*[\d๐-๙]{0,2}\s*$/.test(this.day.value) ? null : whole(this.day.value, this.facts);
      if (!parts) return;
      this.day.value = parts[0];
      this.month.value = parts[1];
      this.year.value = parts[2] < 100 && parts[2] > 40 ? parts[2] + 2500 : parts[2];
    }

    said(day) {
      return `${day.getUTCDate()} ${this.facts.short[day.getUTCMonth()]} ${this.facts.words.era}${day.getUTCFullYear() + ERA}`;
    }

    // Why a day cannot be chosen; empty when it can.
    refusal(day) {
      const { first, last, today, period, refuse, words } = this.facts, at = iso(day);
      if (last && at > last) return last === today ? words.yet.replace("{day}", this.said(day)) : words.outside;
      if (first && at < first) return words.outside;
      return refuse && period && (at < period[0] || at > period[1]) ? words.outside : "";
    }

    tell() {
      const day = this.value(), { period, inside, outside } = this.facts;
      const counts = day && period && iso(day) >= period[0] && iso(day) <= period[1];
      const yet = day ? this.refusal(day) : "";
      let text = day && period ? (counts ? inside : outside.replace("{day}", this.said(day))) : "";
      if (yet && yet !== this.facts.words.outside) text = yet;
      this.line.hidden = !text;
      this.line.classList.toggle("is-out", !counts || Boolean(yet));
      this.line.querySelector("span").textContent = text;
    }

    open() {
      const chosen = this.value(), today = new Date(this.facts.today + "T00:00:00Z");
      this.here = chosen || (this.facts.last && this.facts.last < this.facts.today ? new Date(this.facts.last + "T00:00:00Z") : today);
      this.calendar = element("div", { class: "cal", role: "dialog", "aria-label": this.facts.words.choose });
      this.calendar.addEventListener("keydown", event => this.key(event));
      this.box.querySelector(".dmy").after(this.calendar);
      this.button.setAttribute("aria-expanded", "true");
      this.outside = event => { if (!this.box.contains(event.target)) this.close(); };
      document.addEventListener("pointerdown", this.outside);
      this.draw(true);
    }

    close(focus = true) {
      document.removeEventListener("pointerdown", this.outside);
      this.calendar.remove();
      this.calendar = null;
      this.button.setAttribute("aria-expanded", "false");
      if (focus) this.button.focus();
    }

    choose(day) {
      if (this.refusal(day)) return;
      this.day.value = day.getUTCDate();
      this.month.value = day.getUTCMonth() + 1;
      this.year.value = day.getUTCFullYear() + ERA;
      this.close();
      for (const input of [this.day, this.month, this.year]) input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    key(event) {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
      if (event.key === "Escape") this.close();
      else if (!event.target.closest("td")) return;
      else if (step) this.move(new Date(this.here.getTime() + step * DAY));
      else if (event.key === "Home") this.move(new Date(this.here.getTime() - this.here.getUTCDay() * DAY));
      else if (event.key === "End") this.move(new Date(this.here.getTime() + (6 - this.here.getUTCDay()) * DAY));
      else if (event.key === "PageUp") this.turn(-1, true);
      else if (event.key === "PageDown") this.turn(1, true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    move(day) {
      this.here = day;
      this.draw(true);
    }

    // Another month; the day stays the same as far as that month has it.
    turn(months, focus) {
      const first = utc(this.here.getUTCFullYear(), this.here.getUTCMonth() + months, 1);
      const last = utc(first.getUTCFullYear(), first.getUTCMonth() + 1, 0).getUTCDate();
      this.here = utc(first.getUTCFullYear(), first.getUTCMonth(), Math.min(this.here.getUTCDate(), last));
      this.draw(focus);
    }

    draw(focus) {
      const { months, words, first, last, today } = this.facts;
      const year = this.here.getUTCFullYear(), month = this.here.getUTCMonth();
      const title = `${months[month]} ${words.era}${year + ERA}`;
      const turner = (label, sign, step, shut) => {
        const made = element("button", { type: "button", "aria-label": label, disabled: shut }, icon(sign));
        made.addEventListener("click", () => {
          this.turn(step, false);
          const again = this.calendar.querySelectorAll(".cal-head button")[step < 0 ? 0 : 1];
          (again.disabled ? this.calendar.querySelector("td [tabindex='0']") : again).focus();
        });
        return made;
      };
      const before = first && iso(utc(year, month, 0)) < first, after = last && iso(utc(year, month + 1, 1)) > last;
      const head = element("div", { class: "cal-head" }, turner(words.before, "left", -1, before), element("span", { "aria-live": "polite" }, title), turner(words.after, "right", 1, after));
      const foot = last === today ? words.future : first || last || this.facts.refuse ? words.limited : words.free;
      this.calendar.replaceChildren(head, this.table(title, year, month), element("div", { class: "cal-foot" }, foot));
      if (focus) this.calendar.querySelector("td [tabindex='0']").focus();
    }

    table(title, year, month) {
      const heads = this.facts.days.map(([short, full]) => element("th", { scope: "col" }, element("abbr", { title: full }, short)));
      const body = element("tbody"), count = utc(year, month + 1, 0).getUTCDate();
      let row = element("tr");
      for (let blank = utc(year, month, 1).getUTCDay(); blank > 0; blank--) row.append(element("td"));
      for (let number = 1; number <= count; number++) {
        if (row.children.length === 7) { body.append(row); row = element("tr"); }
        row.append(element("td", {}, this.cell(utc(year, month, number))));
      }
      body.append(row);
      return element("table", { "aria-label": title }, element("thead", {}, element("tr", {}, ...heads)), body);
    }

    cell(day) {
      const { months, period, today, words } = this.facts, at = iso(day), chosen = this.value();
      const refused = this.refusal(day), is_chosen = chosen && iso(chosen) === at;
      const outside = period && (at < period[0] || at > period[1]);
      const name = [`${day.getUTCDate()} ${months[day.getUTCMonth()]} ${words.era}${day.getUTCFullYear() + ERA}`];
      if (at === today) name.push(words.is_today);
      if (refused) name.push(refused);
      const made = element("button", {
        type: "button", "aria-label": name.join(", "), "aria-pressed": is_chosen ? "true" : null, "aria-disabled": refused ? "true" : null,
        "aria-current": at === today ? "date" : null, title: refused || null, tabindex: at === iso(this.here) ? "0" : "-1",
        class: [is_chosen && "sel", at === today && "today", outside && "out"].filter(Boolean).join(" ") || null,
      }, String(day.getUTCDate()));
      made.addEventListener("click", () => this.choose(day));
      return made;
    }
  }

  function enhance(root) {
    for (const box of root.querySelectorAll("[data-date]:not([data-ready])")) {
      box.dataset.ready = "";
      new Field(box);
    }
  }

  enhance(document);
  document.addEventListener("htmx:load", event => enhance(event.target.parentNode || document));
})();
