// Long lists become searchable: an ARIA combobox that stands for the select, which keeps the value. Short lists stay as they are.
(() => {
  "use strict";
  if (window.prongsaiPickers) return;
  window.prongsaiPickers = true;
  const LONG = 12;
  let made = 0;

  const plain = text => text.toLowerCase().replace(/\s+/g, " ").trim();

  class Picker {
    constructor(select) {
      this.select = select;
      this.id = `picker-${++made}`;
      this.box = document.createElement("div");
      this.box.className = "picker";
      this.input = document.createElement("input");
      Object.assign(this.input, { type: "text", className: select.className, id: select.id, autocomplete: "off" });
      for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": this.id, "aria-autocomplete": "list" })) this.input.setAttribute(name, value);
      for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
      this.list = document.createElement("div");
      Object.assign(this.list, { id: this.id, hidden: true });
      this.list.setAttribute("role", "listbox");
      const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      if (label) this.list.setAttribute("aria-label", label.textContent);
      this.said = document.createElement("span");
      this.said.className = "vh";
      this.said.setAttribute("role", "status");
      select.removeAttribute("id");
      select.hidden = true;
      select.before(this.box);
      this.box.append(this.input, this.list, this.said, select);
      this.show();
      this.input.addEventListener("input", () => this.open(this.input.value));
      this.input.addEventListener("click", () => this.list.hidden && this.open(""));
      this.input.addEventListener("keydown", event => this.key(event));
      this.input.addEventListener("blur", () => this.leave());
      this.list.addEventListener("pointerdown", event => event.preventDefault());
      this.list.addEventListener("click", event => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(option);
      });
    }

    show() {
      const chosen = this.select.selectedOptions[0];
      this.input.value = chosen && chosen.value ? chosen.text : "";
    }

    open(search) {
      const wanted = plain(search).split(" ").filter(Boolean);
      const found = [...this.select.options].filter(option => option.value && wanted.every(word => plain(option.text).includes(word)));
      this.list.replaceChildren(...found.map((option, at) => {
        const shown = document.createElement("div");
        shown.id = `${this.id}-${at}`;
        shown.dataset.value = option.value;
        shown.textContent = option.text;
        shown.setAttribute("role", "option");
        shown.setAttribute("aria-selected", String(option.selected));
        return shown;
      }));
      this.said.textContent = found.length ? `${found.length} ${this.select.dataset.found}` : this.select.dataset.none;
      if (!found.length) {
        const none = document.createElement("div");
        Object.assign(none, { className: "none", textContent: this.select.dataset.none });
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        this.list.append(none);
      }
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.go(search ? this.list.querySelector("[data-value]") : this.list.querySelector("[aria-selected=true]"));
    }

    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }

    go(option) {
      this.list.querySelector(".is-here")?.classList.remove("is-here");
      this.here = option || null;
      if (!option) return this.input.removeAttribute("aria-activedescendant");
      option.classList.add("is-here");
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    choose(option) {
      if (!option.dataset.value) return;
      this.select.value = option.dataset.value;
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
      this.show();
      this.close();
    }

    key(event) {
      const options = [...this.list.querySelectorAll("[data-value]")], at = options.indexOf(this.here);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (this.list.hidden) this.open("");
        else this.go(options[(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + options.length) % options.length]);
      } else if (event.key === "Enter" && !this.list.hidden && this.here) this.choose(this.here);
      else if (event.key === "Escape" && !this.list.hidden) { this.show(); this.close(); }
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    // What was typed and chosen by nobody is not kept; an emptied box empties the field.
    leave() {
      if (!this.input.value.trim() && [...this.select.options].some(option => !option.value)) {
        this.select.value = "";
        this.select.dispatchEvent(new Event("change", { bubbles: true }));
      }
      this.show();
      this.close();
    }
  }

  function enhance(root) {
    for (const select of root.querySelectorAll("select[data-picker]:not([data-ready])")) {
      select.dataset.ready = "";
      if (select.options.length > LONG && !select.disabled) new Picker(select);
    }
  }

  enhance(document);
  document.addEventListener("htmx:load", event => enhance(event.target.parentNode || document));
})();
