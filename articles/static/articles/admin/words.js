/* The words of the scripts in the interface language, and the editor's gettext, which reads them. */
"use strict";
window.newsroom = {
  words: {},
  /* The word of this name, its holes filled: say("queued", {name: "a.jpg"}). */
  say(name, holes) {
    const word = window.newsroom.words[name] || name;
    return word.replace(/%\((\w+)\)s/g, (all, hole) => (holes && hole in holes ? String(holes[hole]) : all)).replace(/%%/g, "%");
  },
};
document.addEventListener("DOMContentLoaded", () => {
  const data = document.getElementById("desk-words");
  if (data) window.newsroom.words = JSON.parse(data.textContent);
});
{
  /* Modules run before DOMContentLoaded, but after the page is parsed: the editor asks while it loads. */
  const before = window.gettext;
  window.gettext = (text) => {
    if (!Object.keys(window.newsroom.words).length) {
      const data = document.getElementById("desk-words");
      if (data) window.newsroom.words = JSON.parse(data.textContent);
    }
    return window.newsroom.words[text] || (before ? before(text) : text);
  };
}
