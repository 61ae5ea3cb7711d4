/* The article's form: lengths beside the fields, a warning before unsaved text is left, and a form too large to send. */
"use strict";
(() => {
  const { say } = window.newsroom;
  const form = document.getElementById("article_form");
  if (!form) return;

  const notices = document.createElement("div");
  notices.className = "desk-notices";
  notices.setAttribute("role", "status");
  form.prepend(notices);
  window.addEventListener("desk:notice", ({ detail }) => {
    const line = document.createElement("p");
    line.textContent = detail;
    const away = document.createElement("button");
    away.type = "button";
    away.textContent = say("dismiss");
    away.addEventListener("click", () => line.remove());
    line.append(away);
    notices.append(line);
  });

  /* A title is one line that may wrap, so it is typed into a box that grows but takes no line break. */
  function grow(area) {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("textarea[data-line]") && !event.isComposing) event.preventDefault();
  });
  form.addEventListener("input", (event) => {
    if (!event.target.matches?.("textarea[data-line]")) return;
    if (/[\r\n]/.test(event.target.value)) event.target.value = event.target.value.replace(/[\r\n]+/g, " ");
    grow(event.target);
  });
  form.querySelectorAll("textarea[data-line]").forEach(grow);

  for (const area of form.querySelectorAll("[data-most]:is(textarea, input)")) {
    const line = document.createElement("div");
    line.className = "desk-count quiet";
    area.after(line);
    const most = Number(area.dataset.most);
    const show = () => {
      const count = [...area.value].length;
      const over = count > most;
      line.classList.toggle("over", over);
      line.textContent = over || count > most / 2 ? say(over ? "over" : "count", { count, most }) : "";
    };
    area.addEventListener("input", show);
    show();
  }

  /* Unsaved text is not left by accident. */
  let dirty = document.querySelector(".errornote") !== null;
  const touched = () => (dirty = true);
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });

  form.addEventListener("submit", (event) => {
    const most = Number(document.getElementById("desk-form").dataset.most);
    let size = 0;
    for (const [, value] of new FormData(form)) if (typeof value === "string") size += new Blob([value]).size + 200;
    if (most && size > most) {
      event.preventDefault();
      const holes = { size: (size / 1048576).toFixed(1), most: Math.floor(most / 1048576) };
      window.dispatchEvent(new CustomEvent("desk:notice", { detail: say("form too large", holes) }));
      notices.scrollIntoView({ block: "center" });
      return;
    }
    if (!event.defaultPrevented) dirty = false;
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented && event.target === form) dirty = true;
  });

  /* The first field with an error is where the work goes on. */
  const wrong = form.querySelector(".errors :is(input, textarea, select):not([type=hidden])");
  if (wrong && !document.querySelector(".desk-conflict")) wrong.focus();

  /* Of two versions, theirs can be taken field by field. */
  for (const button of document.querySelectorAll("[data-take]")) {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.take);
      const value = document.getElementById(button.dataset.from).content.textContent;
      if (field.newsroomEditor) field.newsroomEditor.commands.setContent(value, { emitUpdate: true });
      else if (field.type === "checkbox") field.checked = value === "True";
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      button.closest("tr").classList.add("desk-taken");
      button.disabled = true;
    });
  }

  /* The publishing button says what will happen with the date that is typed now. */
  const publish = form.querySelector("[data-publish-now]");
  if (publish) {
    const date = document.getElementById("id_published_at_date") || document.getElementById("id_published_at_0");
    const clock = document.getElementById("id_published_at_time");
    const offset = Number(document.body.dataset.adminUtcOffset || 0) * 1000;
    const show = () => {
      if (!date?.value) {
        publish.textContent = publish.dataset.publishNow;
        return;
      }
      const moment = [date.value, clock?.value.trim()].filter(Boolean).join(" ");
      const [hour = "0", minute = "0", second = "0"] = (clock?.value.trim() || "").split(/[:：]/);
      const at = Date.parse(`${date.value}T00:00:00Z`) - offset + ((hour * 60 + Number(minute)) * 60 + Number(second)) * 1000;
      publish.textContent = (at > Date.now() ? publish.dataset.publishLater : publish.dataset.publishDated).replace("%(moment)s", moment);
    };
    date?.addEventListener("input", show);
    clock?.addEventListener("input", show);
  }
})();
