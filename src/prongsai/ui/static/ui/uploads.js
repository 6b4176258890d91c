// Files are sent as soon as they are chosen, in pieces that go on after a dropped line and after a reload of the page.
// Without this script, or outside the workspace, the plain file input sends them with the form.
(() => {
  "use strict";
  const place = location.pathname.match(/^\/[\w-]+\/work\//);
  if (window.prongsaiUploads || !place) return;
  window.prongsaiUploads = true;

  const URL_OF = place[0] + "uploads/", FIRST = 128 * 1024, MOST = 1024 * 1024, QUICK = 1500, AT_ONCE = 2, WEEK = 7 * 86400000;
  const pause = time => new Promise(go => setTimeout(go, time));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const { element, icon } = window.prongsaiElements;

  // What a reload must not lose: the files themselves, kept by the browser until they have arrived. Where it keeps nothing, a
  // file chosen again goes on from what the server has.
  const shelf = {
    opened: null,
    async store(mode) {
      this.opened ||= new Promise((done, failed) => {
        const asked = indexedDB.open("prongsai-uploads", 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "id" });
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => failed(asked.error);
      });
      return (await this.opened).transaction("files", mode).objectStore("files");
    },
    async run(mode, act) {
      try {
        const store = await this.store(mode);
        return await new Promise((done, failed) => {
          const asked = act(store);
          asked.onsuccess = () => done(asked.result);
          asked.onerror = () => failed(asked.error);
        });
      } catch { return null; }
    },
    put(record) { return this.run("readwrite", store => store.put(record)); },
    drop(id) { return this.run("readwrite", store => store.delete(id)); },
    async all() { return (await this.run("readonly", store => store.getAll())) || []; },
  };

  // Everything that a person can mend by trying again later; the rest is a Refusal.
  class Dropped extends Error {}
  class Refusal extends Error {
    constructor(status, said) { super(said.message || ""); this.status = status; this.said = said; }
  }

  const token = () => (document.querySelector("[name=csrfmiddlewaretoken]") || {}).value || "";

  function ask(method, url, { body = null, headers = {}, progress = null, started = null } = {}) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.timeout = 120000;
      for (const [name, value] of Object.entries({ Accept: "application/json", "X-CSRFToken": token(), ...headers })) request.setRequestHeader(name, value);
      request.onerror = request.ontimeout = request.onabort = () => failed(new Dropped());
      request.onload = () => {
        let said = {};
        try { said = JSON.parse(request.responseText || "{}"); } catch { said = {}; }
        if (request.status >= 500 || request.status === 400) failed(new Dropped());
        else if (request.status >= 400) failed(new Refusal(request.status, said));
        else done(said);
      };
      if (progress) request.upload.onprogress = event => progress(event.loaded);
      if (started) started(request);
      request.send(body);
    });
  }

  // A file on its way, and its line in the list.
  class Row {
    constructor(zone, file, id, key = "") {
      Object.assign(this, { zone, file, id, key, state: "waiting", received: 0, since: 0, before: 0, size: file.size });
      this.bar = element("progress", { max: file.size, value: 0, "aria-label": file.name });
      this.meta = element("span", { class: "meta" });
      this.name = element("span", { class: "name" }, file.name);
      this.buttons = element("span", { class: "btns" });
      this.line = element("li", {}, icon("file"), this.name, this.bar, this.meta, this.buttons);
      zone.list.append(this.line);
      this.show("waiting");
    }

    get busy() { return ["waiting", "sending", "held"].includes(this.state); }

    button(words, act) {
      const made = element("button", { type: "button", class: "btn btn-3 btn-s" }, words, element("span", { class: "vh" }, " " + this.name.textContent));
      made.addEventListener("click", act);
      return made;
    }

    show(state, said = "") {
      const { words } = this.zone;
      this.state = state;
      this.line.className = { failed: "is-failed", held: "is-held", done: "is-done" }[state] || "";
      this.line.firstChild.replaceWith(icon(state === "failed" || state === "held" ? "warn" : "file"));
      this.bar.hidden = state === "done" || state === "failed";
      this.meta.textContent = { waiting: words.waiting, held: words.held, done: `${this.zone.amount(this.size)} ${words.checked}`, failed: `${said} ${words.safe}`.trim() }[state] || "";
      const remove = this.button(this.busy ? words.cancel : words.remove, () => this.remove());
      const again = this.button(words.again, () => this.send());
      this.buttons.replaceChildren(...(state === "held" || (state === "failed" && this.mendable) ? [again, remove] : [remove]));
      if (state === "done" || state === "failed") this.zone.say(`${this.name.textContent}: ${this.meta.textContent}`);
    }

    // What has arrived, and how long the rest will take at the pace so far.
    progress(received) {
      const { words } = this.zone;
      this.bar.value = received;
      const seconds = (Date.now() - this.since) / 1000, pace = (received - this.before) / seconds;
      let said = fill(words.sent, { done: this.zone.amount(received), size: this.zone.amount(this.size) });
      if (seconds > 2 && pace > 0) {
        const left = Math.max(1, Math.round((this.size - received) / pace));
        said += " " + (left < 90 ? fill(words.seconds, { n: left }) : fill(words.minutes, { n: Math.round(left / 60) }));
      }
      this.meta.textContent = said;
    }

    async send() {
      const turn = this.turn = (this.turn || 0) + 1;
      this.request?.abort();
      this.wake?.();
      this.show("waiting");
      await this.zone.turn();
      for (let wait = 1000; this.turn === turn && !this.gone; wait = Math.min(wait * 2, 30000)) {
        const before = this.received;
        try {
          await this.pieces(turn);
          break;
        } catch (error) {
          if (this.turn !== turn || this.gone) break;
          if (error instanceof Dropped) {
            if (this.received > before) wait = 1000;
            this.show("held");
            await Promise.race([pause(wait), new Promise(go => { addEventListener("online", go, { once: true }); this.wake = go; })]);
          } else { await this.refused(error); break; }
        }
      }
      this.zone.release();
    }

    // Ask how far the file is and send what is missing, in larger pieces the faster the line.
    async pieces(turn) {
      let state = await this.begun(), length = FIRST;
      this.show("sending");
      Object.assign(this, { since: Date.now(), before: state.received });
      while (!state.done && this.turn === turn && !this.gone) {
        this.received = state.received;
        this.progress(state.received);
        const piece = this.file.slice(state.received, state.received + length), start = Date.now();
        try {
          state = await ask("PATCH", `${URL_OF}${this.key}/`, {
            body: piece, headers: { "Content-Type": "application/octet-stream", "Upload-Offset": String(state.received), ...this.zone.headers },
            progress: loaded => this.progress(this.received + loaded), started: request => { this.request = request; },
          });
        } catch (error) {
          if (!(error instanceof Refusal) || error.status !== 409) throw error;
          state = error.said;
        }
        if (Date.now() - start < QUICK) length = Math.min(length * 2, MOST);
      }
      if (state.done && !this.gone) this.arrived(state);
    }

    async begun() {
      if (this.key) {
        try { return await ask("GET", `${URL_OF}${this.key}/`); } catch (error) { if (!(error instanceof Refusal) || error.status !== 404) throw error; }
      }
      const about = new URLSearchParams({ name: this.file.name, size: this.file.size, mark: `${this.file.lastModified}` });
      const state = await ask("POST", URL_OF, { body: about });
      this.key = state.key;
      await this.keep();
      return state;
    }

    arrived(state) {
      if (this.zone.lists(state.sha256, this)) return this.remove(false);
      this.name.textContent = state.name;
      this.line.dataset.sha256 = state.sha256;
      this.line.append(element("input", { type: "hidden", name: this.zone.name, value: state.token }));
      this.show("done");
      this.zone.changed();
    }

    async refused(error) {
      const { words } = this.zone, status = error instanceof Refusal ? error.status : 0;
      this.mendable = status !== 422;
      this.show("failed", status === 401 || status === 403 ? words.login : error.message || words.unreadable);
      if (!this.mendable) await shelf.drop(this.id);
    }

    keep() {
      const { owner, place: at } = this.zone;
      return owner ? shelf.put({ id: this.id, owner, at, key: this.key, file: this.file, when: Date.now() }) : null;
    }

    remove(focus = true) {
      const given_up = this.busy && this.key;
      this.gone = true;
      this.request?.abort();
      this.wake?.();
      this.line.remove();
      this.zone.rows.delete(this);
      shelf.drop(this.id);
      if (given_up) ask("DELETE", `${URL_OF}${this.key}/`).catch(() => null);
      if (focus) this.zone.input.focus();
      this.zone.changed();
    }
  }

  class Zone {
    constructor(box) {
      this.box = box;
      this.words = JSON.parse(box.dataset.files);
      this.name = box.dataset.name;
      this.most = Number(box.dataset.most);
      this.owner = box.dataset.owner;
      this.headers = "pages" in box.dataset ? { "Upload-Pages": "1" } : {};
      this.place = `${location.pathname}#${this.name}`;
      this.list = box.querySelector(".flist");
      this.input = box.querySelector("input[type=file]");
      this.rows = new Set();
      this.sending = 0;
      this.waiting = [];
      this.dress();
      for (const line of this.list.children) this.kept(line);
      if (this.owner) this.resume();
    }

    // The input stays what the keyboard and readers use; the drop zone and its buttons are drawn around it.
    dress() {
      const drop = this.box.querySelector(".drop"), { words, input } = this;
      input.className = "vh file-pick";
      const buttons = element("span", { class: "btns" }, input, element("label", { class: "btn btn-2 btn-s", for: input.id, "aria-hidden": "true" }, words.choose));
      if (matchMedia("(any-pointer: coarse)").matches && /image|\.jpg/.test(input.accept)) {
        const photo = element("button", { type: "button", class: "btn btn-2 btn-s" }, icon("cam"), " " + words.photo);
        photo.addEventListener("click", () => {
          this.camera ||= element("input", { type: "file", accept: "image/*", capture: "environment" });
          this.camera.onchange = () => this.add([...this.camera.files]);
          this.camera.value = "";
          this.camera.click();
        });
        buttons.append(photo);
      }
      drop.replaceChildren(icon("upload"), element("p", {}, words.drop), buttons);
      this.heard = element("span", { class: "vh", role: "status" });
      this.seen = element("p", { class: "sending", role: "alert" });
      this.list.after(this.heard, this.seen);
      input.addEventListener("change", () => {
        this.add([...input.files]);
        input.value = "";
      });
      for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, event => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        drop.classList.add("is-over");
      });
      for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
      drop.addEventListener("drop", event => {
        event.preventDefault();
        this.add([...event.dataTransfer.files]);
      });
    }

    // A file that came back with the form: a button takes it out instead of a box to untick.
    kept(line) {
      const box = line.querySelector("[type=checkbox]");
      if (!box) return;
      const remove = element("button", { type: "button", class: "btn btn-3 btn-s" }, this.words.remove, element("span", { class: "vh" }, " " + line.querySelector(".name").textContent));
      remove.addEventListener("click", () => {
        line.remove();
        this.input.focus();
        this.changed();
      });
      line.append(element("input", { type: "hidden", name: this.name, value: box.value }));
      box.closest("label").replaceWith(element("span", { class: "btns" }, remove));
    }

    async resume() {
      for (const record of await shelf.all()) {
        if (record.owner !== this.owner || Date.now() - record.when > WEEK) await shelf.drop(record.id);
        else if (record.at === this.place) this.take(new Row(this, record.file, record.id, record.key));
      }
    }

    add(files) {
      if (this.most === 1 && files.length) for (const line of [...this.list.children]) this.clear(line);
      for (const file of files) {
        const row = new Row(this, file, `${Date.now()}-${Math.random()}`);
        if (this.list.children.length > this.most) {
          this.rows.add(row);
          row.show("failed", fill(this.words.many, { most: this.most }));
        } else this.take(row);
      }
    }

    clear(line) {
      const row = [...this.rows].find(each => each.line === line);
      if (row) row.remove(false);
      else line.remove();
    }

    take(row) {
      this.rows.add(row);
      row.keep();
      row.send();
    }

    // A few at a time: on a slow line ten at once would all be late.
    async turn() {
      while (this.sending >= AT_ONCE) await new Promise(go => this.waiting.push(go));
      this.sending++;
    }

    release() {
      this.sending--;
      this.waiting.shift()?.();
      this.settle();
    }

    lists(sha256, row) {
      return [...this.list.children].some(line => line !== row.line && line.dataset.sha256 === sha256);
    }

    amount(bytes) {
      return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} ${this.words.kb}` : `${(bytes / 1e6).toFixed(1)} ${this.words.mb}`;
    }

    // Heard by readers as files come and go; seen by all when saving has to wait.
    say(text) { this.heard.textContent = text; }

    tell(text) { this.seen.textContent = text; }

    changed() {
      this.box.dispatchEvent(new Event("change", { bubbles: true }));
      this.settle();
    }

    settle() {
      if (this.after) this.after();
      else if (![...this.rows].some(row => row.state === "failed")) this.tell("");
    }
  }

  const zones = new Map();

  // Saving waits for the files on their way and goes on by itself; a file that failed is first taken out by hand.
  document.addEventListener("submit", event => {
    const form = event.target, own = [...zones.values()].filter(zone => form.contains(zone.box));
    if (event.submitter?.formNoValidate || !own.length) return;
    const rows = own.flatMap(zone => [...zone.rows]), held = rows.filter(row => row.busy), failed = rows.filter(row => row.state === "failed");
    const first = own.find(zone => [...zone.rows].some(row => row.busy || row.state === "failed"));
    if (!first) {
      for (const row of rows) shelf.drop(row.id);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    first.tell(held.length ? fill(first.words.sending, { n: held.length }) : fill(first.words.failed, { n: failed.length }));
    first.box.scrollIntoView({ block: "nearest" });
    const submitter = event.submitter;
    for (const zone of own) zone.after = () => {
      const left = own.flatMap(each => [...each.rows]).filter(row => row.busy);
      if (left.length) return first.tell(fill(first.words.sending, { n: left.length }));
      for (const each of own) each.after = null;
      first.tell("");
      if (held.length) form.requestSubmit(submitter);
    };
  }, true);

  // A file that misses the zone must not replace the page and all that was typed.
  for (const name of ["dragover", "drop"]) addEventListener(name, event => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });

  function enhance(root) {
    for (const box of root.querySelectorAll("[data-files]:not([data-ready])")) {
      box.dataset.ready = "";
      if (!box.querySelector("input[type=file]").disabled) zones.set(box, new Zone(box));
    }
  }

  enhance(document);
  document.addEventListener("htmx:load", event => enhance(event.target.parentNode || document));
})();
