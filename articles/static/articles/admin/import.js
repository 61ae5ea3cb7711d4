/* The import page: files and whole folders sent one by one as they are dropped, documents read and imported in steps.
   Without this script the file input of the form does the sending, and the buttons are pressed again. */
"use strict";
(() => {
  const { say } = window.newsroom;
  const JSON_ONLY = { Accept: "application/json" };

  /* ------------------------------------------------------------ files */
  class Drop {
    constructor(form) {
      this.form = form;
      this.input = form.querySelector("input[type=file]");
      this.list = form.querySelector(".import-sending");
      this.address = form.action;
      this.tray = "";
      this.wrong = 0;
      this.busy = false;
      this.input.addEventListener("change", () => {
        const files = [...this.input.files].map((file) => ({ file, path: file.name }));
        if (files.length) this.send(files);
      });
      const folder = form.querySelector(".import-folder");
      folder.hidden = false;
      folder.querySelector("input").addEventListener("change", ({ target }) => {
        const files = [...target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
        if (files.length) this.send(files);
        target.value = "";
      });
      form.addEventListener("submit", (event) => {
        if (this.busy) event.preventDefault();
      });
      document.addEventListener("dragover", (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        form.classList.add("desk-over");
      });
      document.addEventListener("dragleave", (event) => {
        if (!event.relatedTarget) form.classList.remove("desk-over");
      });
      document.addEventListener("drop", async (event) => {
        form.classList.remove("desk-over");
        if (!event.dataTransfer?.files.length) return;
        event.preventDefault();
        const files = await dropped(event.dataTransfer);
        if (files.length) this.send(files);
      });
    }

    async send(files) {
      if (this.busy) return;
      this.busy = true;
      this.list.replaceChildren();
      this.wrong = 0;
      const most = Number(this.form.dataset.most);
      for (const one of files) {
        const line = this.line(one.path);
        if (one.file.size > most) {
          const size = (one.file.size / 1048576).toFixed(1);
          this.refuse(line, say("too large", { name: one.path, size, most: Math.round(most / 1048576) }));
        } else {
          await this.post(one, line);
        }
      }
      this.busy = false;
      this.input.value = "";
      if (this.tray && !this.wrong) window.location.assign(this.tray);
      else if (this.tray) this.list.append(this.onward());
    }

    /* Something was refused: the person reads it before going on. */
    onward() {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.className = "desk-button desk-primary";
      link.href = this.tray;
      link.textContent = this.form.querySelector("[type=submit]").textContent;
      line.append(link);
      return line;
    }

    line(name) {
      const line = document.createElement("li");
      const text = document.createElement("span");
      text.textContent = say("queued", { name });
      const bar = document.createElement("progress");
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", name);
      line.append(text, bar);
      this.list.append(line);
      return line;
    }

    refuse(line, sentence) {
      this.wrong += 1;
      line.classList.add("errors");
      line.setAttribute("role", "alert");
      line.textContent = sentence;
    }

    post({ file, path }, line) {
      const [text, bar] = line.children;
      return new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open("POST", this.address);
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader("X-CSRFToken", this.form.querySelector("[name=csrfmiddlewaretoken]").value);
        request.upload.addEventListener("progress", (event) => {
          bar.value = event.loaded / event.total;
          text.textContent = say("waiting", { name: path, percent: Math.round(100 * bar.value) });
        });
        const failed = (word, holes) => {
          this.refuse(line, say(word, { name: path, ...holes }));
          resolve();
        };
        request.addEventListener("error", () => failed("failed"));
        request.addEventListener("load", () => {
          let found = null;
          try {
            found = JSON.parse(request.responseText);
          } catch {
            failed(/\/login\//.test(request.responseURL) ? "signed out" : "refused", { status: request.status });
            return;
          }
          if (found.tray) {
            this.tray = found.tray;
            this.address = found.files;
          }
          if (found.sentence) this.refuse(line, found.sentence);
          else text.textContent = say("kept", { name: path });
          resolve();
        });
        const data = new FormData();
        data.append("path", path);
        data.append("files", file);
        request.send(data);
      });
    }
  }

  /* The dropped files, those in folders too, each with its path. */
  async function dropped(transfer) {
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
    const found = [];
    for (const entry of entries) await collect(entry, "", found);
    return found;
  }

  async function collect(entry, folder, found) {
    if (entry.isFile) {
      const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
      if (file) found.push({ file, path: folder + file.name });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
      if (!some.length) return;
      for (const one of some) await collect(one, `${folder}${entry.name}/`, found);
    }
  }

  /* ------------------------------------------------------------ many documents */
  async function reading(page) {
    let left = Number(page.dataset.unread);
    const line = page.querySelector("[role=status]");
    while (left) {
      line.textContent = say("reading", { left });
      const response = await fetch(window.location.href).catch(() => null);
      const answer = response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
      const found = answer?.querySelector("[data-unread]");
      if (!found) return;
      left = Number(found.dataset.unread);
      if (!left) window.location.reload();
    }
  }

  function importing(form) {
    const progress = form.querySelector(".import-progress");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("[type=submit]");
      button.disabled = true;
      progress.textContent = say("importing", { done: 0, left: "…" });
      const data = new FormData(form);
      for (let done = 0, before = Infinity; ; ) {
        let answer = null;
        data.set("before", done);
        try {
          const response = await fetch(form.action, { method: "POST", body: data, headers: JSON_ONLY });
          if (response.redirected) {
            progress.textContent = say("signed out");
            break;
          }
          answer = await response.json();
        } catch {
          progress.textContent = say("failed", { name: "" });
          break;
        }
        done += answer.done || 0;
        progress.textContent = say("importing", { done, left: answer.left || 0 });
        const waiting = (answer.left || 0) + (answer.unread || 0);
        if (!answer.left || waiting >= before) {
          window.location.reload();
          return;
        }
        before = waiting;
      }
      button.disabled = false;
    });
  }

  /* A title is one line that may wrap, so it is typed into a box that grows but takes no line break. */
  function growing(form) {
    const grow = (area) => {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 2}px`;
    };
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("textarea[data-line]") && !event.isComposing) event.preventDefault();
    });
    form.addEventListener("input", (event) => {
      if (event.target.matches("textarea[data-line]")) grow(event.target);
    });
    const all = () => form.querySelectorAll("textarea[data-line]").forEach(grow);
    window.addEventListener("load", all);
    window.addEventListener("resize", all);
    all();
    form.querySelector(".errors :is(input, textarea, select)")?.focus();
  }

  document.addEventListener("DOMContentLoaded", () => {
    const drop = document.querySelector(".import-drop");
    if (drop) new Drop(drop);
    const all = document.querySelector(".import-all");
    if (all) importing(all);
    const page = document.querySelector("[data-unread]");
    if (page) reading(page);
    const document_ = document.getElementById("import-document");
    if (document_) growing(document_);
  });
})();
