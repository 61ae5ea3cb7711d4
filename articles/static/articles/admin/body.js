/* The editor of the article's text: its names in the interface language, and its length. */
const { say } = window.newsroom;

function nameButtons(editor, textarea) {
  const box = textarea.closest(".prose-editor");
  const bar = box.querySelector(".prose-menubar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", say("toolbar"));
  for (const button of box.querySelectorAll("[data-name]")) {
    const word = window.newsroom.words[button.dataset.name];
    if (!word) continue;
    if (button.className.includes("__option")) button.textContent = word;
    else {
      button.title = word;
      button.setAttribute("aria-label", word);
    }
  }
  editor.view.dom.setAttribute("aria-label", say("text"));
  editor.view.dom.setAttribute("role", "textbox");
  editor.view.dom.setAttribute("aria-multiline", "true");
}

/* The editor shows a question mark where the selection is no kind of paragraph: it is a picture. */
function nameSelection(editor, textarea) {
  const shown = textarea.closest(".prose-editor").querySelector('[class$="__selected"]');
  if (!shown) return;
  const show = () => {
    shown.setAttribute("aria-label", say("block"));
    shown.title = say("block");
    const sign = shown.firstElementChild ?? shown;
    if (sign.textContent.trim() === "question_mark") sign.textContent = "image";
  };
  editor.on("transaction", show);
  show();
}

function count(editor, textarea) {
  const line = document.createElement("div");
  line.className = "desk-count quiet";
  textarea.closest(".prose-editor").after(line);
  const show = () => {
    const text = editor.getText({ blockSeparator: "\n" });
    const blocks = text.split("\n").filter((one) => one.trim()).length;
    line.textContent = say("length", { count: text.replace(/\s/g, "").length, blocks });
  };
  editor.on("update", show);
  show();
}

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  textarea.newsroomEditor = editor;
  /* The toolbar is built when the editor says that it is created, a moment after it is ready. */
  const furnish = () => {
    nameButtons(editor, textarea);
    nameSelection(editor, textarea);
    count(editor, textarea);
    textarea.dataset.ready = "";
  };
  if (editor.isInitialized) furnish();
  else editor.on("create", furnish);
});
