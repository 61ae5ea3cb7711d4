/* Pictures and files of an article: sent as soon as they are dropped, ordered by drag or arrow keys,
   and put into the text at the caret. Without this script the file inputs of the form do the sending. */
"use strict";
(() => {
  const { say } = window.newsroom;
  const form = document.getElementById("article_form");
  if (!form) return;
  document.documentElement.classList.add("desk-scripted");
  const settings = document.getElementById("desk-form").dataset;
  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = () => document.getElementById("id_body");
  const editor = () => body()?.newsroomEditor;
  let waiting = 0;

  /* The article of an add form is begun with its first file, so that the file has a place to go. */
  let beginning = null;
  function begun() {
    if (document.querySelector("#desk-pictures[data-address]")) return Promise.resolve();
    beginning ??= (async () => {
      const data = new FormData();
      data.append("csrfmiddlewaretoken", token());
      data.append("title", form.elements.title.value);
      data.append("language", form.elements.language.value);
      const answer = await fetch(settings.begin, { method: "POST", body: data });
      if (!answer.ok || answer.redirected) throw new Error(say(answer.redirected ? "signed out" : "refused", { status: answer.status, name: "" }));
      const article = await answer.json();
      document.getElementById("desk-pictures").dataset.address = article.pictures;
      document.getElementById("desk-attachments").dataset.address = article.files;
      form.setAttribute("action", article.address);
      form.elements.seen_version.value = article.version;
      history.replaceState(null, "", article.address);
      window.dispatchEvent(new CustomEvent("desk:notice", { detail: say("begun") }));
    })().catch((error) => {
      beginning = null;
      throw error;
    });
    return beginning;
  }

  class Rows {
    constructor(section) {
      this.section = section;
      this.list = section.querySelector(".desk-rows");
      this.template = section.querySelector("template.desk-new");
      this.prefix = section.dataset.prefix;
      this.most = Number(section.dataset.most);
      this.queue = Promise.resolve();
      this.status = document.createElement("p");
      this.status.className = "visually-hidden";
      this.status.setAttribute("role", "status");
      section.append(this.status);
      this.list.querySelectorAll(".desk-row").forEach((row) => this.wire(row));
      if (this.template) this.wireDrop();
    }

    total(name, step) {
      const input = form.elements[`${this.prefix}-${name}_FORMS`];
      input.value = Number(input.value) + step;
      return Number(input.value);
    }

    wireDrop() {
      const drop = this.section.querySelector(".desk-drop");
      const input = drop.querySelector("input[type=file]");
      input.addEventListener("change", () => {
        const files = [...input.files];
        input.value = "";
        this.take(files);
      });
      for (const name of ["dragenter", "dragover"]) {
        this.section.addEventListener(name, (event) => {
          if (!event.dataTransfer.types.includes("Files")) return;
          event.preventDefault();
          this.section.classList.add("desk-over");
        });
      }
      this.section.addEventListener("dragleave", (event) => {
        if (!this.section.contains(event.relatedTarget)) this.section.classList.remove("desk-over");
      });
      this.section.addEventListener("drop", (event) => {
        this.section.classList.remove("desk-over");
        if (!event.dataTransfer.files.length) return;
        event.preventDefault();
        this.take([...event.dataTransfer.files]);
      });
    }

    /* Placeholders stand at once, in the order of the files; the files follow one after the other. */
    take(files, done) {
      const jobs = files.map((file) => ({ file, line: this.placeholder(file) }));
      for (const job of jobs) this.enqueue(job, done);
    }

    placeholder(file) {
      const line = document.createElement("li");
      line.className = "desk-row desk-sending";
      const text = document.createElement("p");
      text.textContent = say("queued", { name: file.name });
      const bar = document.createElement("progress");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      line.append(text, bar);
      this.list.append(line);
      return line;
    }

    enqueue(job, done) {
      if (job.file.size > this.most) {
        const size = (job.file.size / 1048576).toFixed(1);
        this.refuse(job, say("too large", { name: job.file.name, size, most: Math.round(this.most / 1048576) }), done);
        return;
      }
      waiting += 1;
      this.queue = this.queue.then(() => this.send(job, done)).finally(() => (waiting -= 1));
    }

    async send(job, done) {
      try {
        await begun();
      } catch (error) {
        this.refuse(job, error.message || say("failed", { name: job.file.name }), done);
        return;
      }
      const answer = await this.post(this.section.dataset.address, job);
      if (answer.found) {
        this.replace(job.line, answer.found);
        this.status.textContent = say("stored", { name: job.file.name });
        done?.(answer.found);
      } else {
        this.refuse(job, answer.sentence, done);
      }
    }

    post(address, job) {
      const [text, bar] = job.line.children;
      return new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open("POST", address);
        request.setRequestHeader("X-CSRFToken", token());
        request.upload.addEventListener("progress", (event) => {
          bar.value = event.loaded / event.total;
          text.textContent = say("waiting", { name: job.file.name, percent: Math.round(100 * bar.value) });
        });
        const failed = (word, holes) => resolve({ sentence: say(word, { name: job.file.name, ...holes }) });
        request.addEventListener("error", () => failed("failed"));
        request.addEventListener("load", () => {
          let found = null;
          try {
            found = JSON.parse(request.responseText);
          } catch {
            failed(/\/login\//.test(request.responseURL) ? "signed out" : "refused", { status: request.status });
            return;
          }
          if (request.status === 200 && found.id) {
            this.follow(found);
            resolve({ found });
          } else {
            resolve({ sentence: found.sentence || say("refused", { name: job.file.name, status: request.status }) });
          }
        });
        const data = new FormData();
        data.append("file", job.file);
        request.send(data);
      });
    }

    /* A file of a published article makes a version of its own: this form goes along with it. */
    follow({ before, version }) {
      const seen = form.elements.seen_version;
      if (Number(seen.value) === before) seen.value = version;
    }

    refuse(job, sentence, done) {
      const line = job.line;
      line.classList.add("errors");
      line.replaceChildren();
      const text = document.createElement("p");
      text.className = "errorlist";
      text.setAttribute("role", "alert");
      text.textContent = sentence;
      const again = document.createElement("button");
      again.type = "button";
      again.className = "desk-button";
      again.textContent = say("retry");
      again.addEventListener("click", () => {
        const fresh = this.placeholder(job.file);
        line.replaceWith(fresh);
        this.enqueue({ file: job.file, line: fresh }, done);
      });
      const away = document.createElement("button");
      away.type = "button";
      away.className = "desk-button";
      away.textContent = say("dismiss");
      away.addEventListener("click", () => line.remove());
      line.append(text, again, away);
    }

    replace(line, found) {
      const index = this.total("TOTAL", 1) - 1;
      this.total("INITIAL", 1);
      const holder = document.createElement("ol");
      holder.innerHTML = this.template.innerHTML.replaceAll("__prefix__", index);
      const row = holder.firstElementChild;
      row.dataset.id = found.id;
      row.dataset.src = found.src || "";
      row.querySelector(`[name="${this.prefix}-${index}-id"]`).value = found.id;
      row.querySelector("[data-name]").textContent = found.name;
      const parent = row.querySelector(`[name="${this.prefix}-${index}-article"]`);
      if (parent) parent.value = this.section.dataset.address.match(/\/(\d+)\//)[1];
      const name = row.querySelector(`[name="${this.prefix}-${index}-name"]`);
      if (name) name.value = found.name;
      row.querySelector(`[name="${this.prefix}-${index}-order"]`).value = found.order;
      const thumb = row.querySelector("[data-thumb]");
      if (thumb) thumb.src = found.thumbnail;
      const cover = row.querySelector("[name=cover]");
      if (cover) {
        cover.value = found.id;
        cover.checked = !form.querySelector("[name=cover]:checked");
      }
      line.replaceWith(row);
      this.wire(row);
      this.number();
    }

    wire(row) {
      const grip = row.querySelector("[data-grip]");
      if (grip) this.wireGrip(row, grip);
      row.querySelector("[data-insert]")?.addEventListener("click", () => this.insert(row));
      row.querySelector("[name$=-DELETE]")?.addEventListener("change", (event) => this.mark(row, event.target.checked));
      const missing = row.querySelector("[name$=-found_file]");
      missing?.addEventListener("change", () => {
        if (missing.files.length) this.fill(row, missing);
      });
    }

    async fill(row, input) {
      const file = input.files[0];
      const line = this.placeholder(file);
      row.querySelector(".desk-fields").prepend(line);
      waiting += 1;
      const answer = await this.post(`${this.section.dataset.address}${row.dataset.id}/`, { file, line });
      waiting -= 1;
      if (!answer.found) {
        this.refuse({ file, line }, answer.sentence);
        input.value = "";
        return;
      }
      line.remove();
      input.parentElement.remove();
      row.classList.remove("missing");
      row.dataset.src = answer.found.src;
      const image = document.createElement("img");
      image.src = answer.found.thumbnail;
      image.alt = "";
      row.querySelector(".desk-picture").replaceChildren(image);
      this.status.textContent = say("stored", { name: file.name });
    }

    wireGrip(row, grip) {
      /* Pointer events instead of the browser's drag and drop: they work with a finger too. */
      grip.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        grip.focus();
        grip.setPointerCapture(event.pointerId);
        row.classList.add("desk-dragged");
      });
      grip.addEventListener("pointermove", (event) => {
        if (!row.classList.contains("desk-dragged")) return;
        /* The others move around the dragged row: taken out of the page, it would lose the pointer. */
        const rows = [...this.list.children];
        const from = rows.indexOf(row);
        const to = rows.findIndex((other) => {
          const box = other.getBoundingClientRect();
          return event.clientY >= box.top && event.clientY <= box.bottom;
        });
        if (to < 0 || to === from) return;
        const box = rows[to].getBoundingClientRect();
        const above = event.clientY < box.top + box.height / 2;
        if (to < from && above) for (const other of rows.slice(to, from).reverse()) row.after(other);
        else if (to > from && !above) for (const other of rows.slice(from + 1, to + 1)) row.before(other);
      });
      for (const name of ["pointerup", "pointercancel"]) {
        grip.addEventListener(name, () => {
          if (!row.classList.contains("desk-dragged")) return;
          row.classList.remove("desk-dragged");
          this.number();
        });
      }
      grip.addEventListener("keydown", (event) => {
        if (event.key === "ArrowUp" && row.previousElementSibling) row.previousElementSibling.before(row);
        else if (event.key === "ArrowDown" && row.nextElementSibling) row.nextElementSibling.after(row);
        else return;
        event.preventDefault();
        this.number();
        grip.focus();
        const rows = [...this.list.children];
        this.status.textContent = say("moved", { place: rows.indexOf(row) + 1, total: rows.length });
      });
    }

    number() {
      [...this.list.querySelectorAll("[name$=-order]")].forEach((input, place) => (input.value = 10 * (place + 1)));
      form.dispatchEvent(new Event("input"));
    }

    insert(row, position) {
      const target = editor();
      if (!target) return;
      const at = position ?? target.state.selection.to;
      const alt = row.querySelector("[name$=-alt]")?.value || "";
      target.chain().focus().insertContentAt(at, { type: "image", attrs: { src: row.dataset.src, alt, file: row.dataset.id } }).run();
    }

    /* A picture that goes leaves the text too. */
    mark(row, going) {
      row.classList.toggle("desk-going", going);
      const target = editor();
      if (!going || !target || this.section.dataset.kind !== "picture") return;
      const places = [];
      target.state.doc.descendants((node, place) => {
        if (node.type.name === "image" && String(node.attrs.file) === row.dataset.id) places.push(place);
      });
      for (const place of places.reverse()) target.commands.deleteRange({ from: place, to: place + 1 });
    }
  }

  const pictures = new Rows(document.getElementById("desk-pictures"));
  new Rows(document.getElementById("desk-attachments"));

  /* Files pasted or dropped into the text: stored like the others, then shown where they fell. */
  form.addEventListener("desk:files", ({ detail: { files, position } }) => {
    let place = position;
    pictures.take(files, (found) => {
      const row = pictures.list.querySelector(`[data-id="${found.id}"]`);
      pictures.insert(row, Math.min(place, editor().state.doc.content.size));
      place = editor().state.selection.to;
    });
  });

  form.addEventListener("submit", (event) => {
    if (!waiting) return;
    event.preventDefault();
    window.dispatchEvent(new CustomEvent("desk:notice", { detail: say("sending") }));
  });
})();
