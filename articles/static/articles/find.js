// Titles for what was typed so far, in the list under the search field.
(() => {
  const field = document.querySelector("[data-suggestions]");
  const list = document.getElementById("suggested");
  let waiting = 0;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value.trim();
      if (!typed || typed === asked) return;
      asked = typed;
      const answer = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(typed)}`);
      if (!answer.ok || asked !== typed) return;
      const { titles } = await answer.json();
      list.replaceChildren(...titles.map((title) => new Option(title, title)));
    }, 150);
  });
})();
