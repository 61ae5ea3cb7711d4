/* Completion of tags: the part of the line at the caret is asked for, and a list offers what others used. */
"use strict";
(() => {
  const { say } = window.newsroom;
  const input = document.querySelector("input[data-tags]");
  if (!input) return;
  const address = document.getElementById("desk-form").dataset.tags;
  const SEPARATORS = /[,，、;；\u3000]/;

  const list = document.createElement("ul");
  list.id = "desk-tags-list";
  list.className = "desk-completions";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  let chosen = -1;
  let asked = 0;
  let timer = 0;

  function part() {
    const caret = input.selectionStart;
    let start = caret;
    while (start > 0 && !SEPARATORS.test(input.value[start - 1])) start -= 1;
    let end = caret;
    while (end < input.value.length && !SEPARATORS.test(input.value[end])) end += 1;
    return { start, end, text: input.value.slice(start, end).trim() };
  }

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(name) {
    const { start, end } = part();
    const before = input.value.slice(0, start);
    const after = input.value.slice(end);
    const lead = before && !/\s$/.test(before) && /[,;]$/.test(before) ? " " : "";
    const tail = after.trim() ? after : ", ";
    input.value = before + lead + name + tail;
    const caret = (before + lead + name).length + (after.trim() ? 0 : 2);
    input.setSelectionRange(caret, caret);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  }

  function mark(index) {
    const options = [...list.children];
    chosen = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
  }

  async function ask() {
    const { text } = part();
    asked += 1;
    const mine = asked;
    if (!text) {
      close();
      return;
    }
    const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || answer.redirected || mine !== asked) return;
    const { tags } = await answer.json();
    const present = new Set(input.value.split(SEPARATORS).map((one) => one.trim().toLowerCase()));
    const names = tags.filter((name) => name.toLowerCase() === text.toLowerCase() || !present.has(name.toLowerCase()));
    list.replaceChildren(
      ...names.map((name, place) => {
        const option = document.createElement("li");
        option.id = `desk-tag-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = name;
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          choose(name);
        });
        return option;
      }),
    );
    list.hidden = !names.length;
    chosen = -1;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = names.length ? say("tags found", { count: names.length }) : "";
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) choose(list.children[chosen].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
})();
