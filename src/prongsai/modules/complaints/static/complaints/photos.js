// Pictures are made smaller on the telephone and sent one by one, again and again until they have arrived.
(() => {
  "use strict";
  const form = document.querySelector("form[data-photos]");
  if (!form || !window.fetch || !window.FormData) return;
  const EDGE = 1600, QUALITY = 0.82, SMALL = 350 * 1024;
  const input = form.querySelector("input[type=file]"), list = form.querySelector("[data-list]"), there = form.querySelector("[data-there]"), words = form.dataset;
  const token = form.elements.csrfmiddlewaretoken.value;
  const queue = [];
  let busy = null;

  // The button that sends the chosen files by the form itself is for browsers without this script.
  form.querySelector("[data-plain]").hidden = true;

  function row(name) {
    const item = document.createElement("li"), label = document.createElement("span"), note = document.createElement("span"), bar = document.createElement("progress");
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    icon.setAttribute("class", "ic");
    icon.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#i-file");
    icon.append(use);
    label.className = "name";
    label.textContent = name;
    note.className = "meta";
    note.setAttribute("role", "status");
    note.textContent = words.waiting;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    item.append(icon, label, note, bar);
    list.append(item);
    return { item, note, bar };
  }

  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < SMALL || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
    } catch { return file; }
  }

  function send(file, bar) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(), body = new FormData();
      body.append("csrfmiddlewaretoken", token);
      body.append("draft", form.elements.draft.value);
      body.append("photos", file, file.name);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.timeout = 180000;
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
      request.addEventListener("load", () => {
        if (request.status >= 500) { reject(new Error("server")); return; }
        try { resolve({ status: request.status, ...JSON.parse(request.responseText) }); } catch { reject(new Error("answer")); }
      });
      for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => reject(new Error(name)));
      request.send(body);
    });
  }

  function kept(shown, file, answer) {
    const mine = answer.kept?.[0];
    // Attached before: it has its row, whose button takes it out.
    if (mine && list.querySelector(`[data-id="${mine.id}"]`)) { shown.item.remove(); there.textContent = `${file.name}: ${words.again}`; return; }
    shown.bar.remove();
    shown.note.textContent = `${Math.max(1, Math.round(file.size / 1000)).toLocaleString()} kB`;
    if (!mine) return;
    shown.item.dataset.id = mine.id;
    const button = document.createElement("button");
    button.className = "btn btn-2";
    button.name = "remove";
    button.value = mine.id;
    button.textContent = words.remove;
    shown.item.append(button);
  }

  async function deliver({ file, shown }) {
    shown.note.textContent = words.shrinking;
    const light = await smaller(file);
    for (let wait = 1500; ; wait = Math.min(wait * 2, 30000)) {
      shown.note.textContent = words.sending;
      try {
        const answer = await send(light, shown.bar);
        if (answer.status === 200) { kept(shown, light, answer); return; }
        shown.item.classList.add("is-failed");
        shown.bar.remove();
        shown.note.textContent = answer.message || words.failed;
        return;
      } catch {
        shown.note.textContent = words.failed;
        await new Promise((resolve) => { const timer = setTimeout(resolve, wait); addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true }); });
      }
    }
  }

  async function work() {
    while (queue.length) await deliver(queue.shift());
    busy = null;
  }

  function take() {
    there.textContent = "";
    for (const file of input.files) queue.push({ file, shown: row(file.name) });
    input.value = "";
    busy ||= work();
  }

  input.addEventListener("change", take);
  if (input.files.length) take(); // chosen on a slow line before this script was there

  // What the guard of the form waits for before it lets go.
  form.prongsaiReady = async () => {
    if (!busy) return;
    const held = document.querySelector("[data-held]");
    if (held) { held.textContent = words.still; held.hidden = false; }
    await busy;
  };
})();
