/* Extensions of the editor for articles: pictures that are rows of their own, tables with a caption, and pasting. */
import { Extension, Image, Node, Plugin, Table, TableHeader, mergeAttributes } from "django-prose-editor/editor";

const { say } = window.newsroom;

/* A picture is a block of its own; its alternative text and caption live with the picture, not in the text. */
export const ArticlePicture = Image.extend({
  addAttributes() {
    return {
      src: { default: null },
      alt: { default: "" },
      file: {
        default: null,
        parseHTML: (element) => element.getAttribute("data-file"),
        renderHTML: (attributes) => (attributes.file ? { "data-file": attributes.file } : {}),
      },
    };
  },
  parseHTML() {
    return [{ tag: 'img[src]:not([src^="data:"])' }];
  },
  addCommands() {
    return {
      insertPicture:
        (attributes) =>
        ({ commands }) =>
          commands.insertContent({ type: this.name, attrs: attributes }),
    };
  },
  addKeyboardShortcuts() {
    return {};
  },
  addInputRules() {
    return [];
  },
});

export const ArticleTable = Table.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      caption: {
        default: "",
        parseHTML: (element) => element.querySelector(":scope > caption")?.textContent.trim() || "",
        renderHTML: () => ({}),
      },
    };
  },
  parseHTML() {
    return [
      {
        tag: "table",
        /* The caption is an attribute; as content it would break the table's grid. */
        contentElement: (element) => {
          const rows = element.cloneNode(true);
          rows.querySelectorAll(":scope > caption").forEach((caption) => caption.remove());
          return rows;
        },
      },
    ];
  },
  renderHTML({ node }) {
    const caption = node.attrs.caption ? [["caption", node.attrs.caption]] : [];
    return ["table", {}, ...caption, ["tbody", 0]];
  },
  /* The plain element instead of a view of its own: it shows the caption. */
  addNodeView() {
    return null;
  },
});

export const ArticleHeaderCell = TableHeader.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      scope: {
        default: null,
        parseHTML: (element) => element.getAttribute("scope"),
        renderHTML: (attributes) => (attributes.scope ? { scope: attributes.scope } : {}),
      },
    };
  },
});

/* Figures of imported texts stay as they are; new pictures need none. */
export const ArticleFigure = Node.create({
  name: "articleFigure",
  group: "block",
  content: "block+ articleFigureCaption?",
  isolating: true,
  parseHTML: () => [{ tag: "figure" }],
  renderHTML: ({ HTMLAttributes }) => ["figure", mergeAttributes(HTMLAttributes), 0],
});

export const ArticleFigureCaption = Node.create({
  name: "articleFigureCaption",
  content: "inline*",
  parseHTML: () => [{ tag: "figcaption" }],
  renderHTML: ({ HTMLAttributes }) => ["figcaption", mergeAttributes(HTMLAttributes), 0],
});

const LIST_MARK = /^(?:[·•o§ü◦▪]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)、])\s*/i;

/* Word writes lists as paragraphs with a mark in front; here they become lists again. */
function listsOfWord(page) {
  let list = null;
  for (const line of page.querySelectorAll("p")) {
    if (!/mso-list:\s*l\d/i.test(line.getAttribute("style") || "")) {
      list = null;
      continue;
    }
    const mark = line.textContent.trim().match(LIST_MARK)?.[0] || "";
    line.querySelectorAll("span[style*='mso-list']").forEach((span) => span.remove());
    const kind = /^\(?[0-9a-zA-Z]{1,5}[.)、]/.test(mark) ? "ol" : "ul";
    if (!list || list.localName !== kind || list.nextElementSibling !== line) {
      list = page.createElement(kind);
      line.before(list);
    }
    const item = page.createElement("li");
    item.append(line.cloneNode(true));
    list.append(item);
    line.remove();
  }
}

function cleanPaste(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  listsOfWord(page);
  let left = 0;
  for (const image of page.querySelectorAll("img")) {
    if (!image.hasAttribute("data-file")) {
      image.remove();
      left += 1;
    }
  }
  if (left) window.dispatchEvent(new CustomEvent("desk:notice", { detail: say("remote pictures", { count: left }) }));
  return page.body.innerHTML;
}

const pictureFiles = (transfer) => [...(transfer?.files || [])].filter((file) => file.type.startsWith("image/"));

/* Pasted and dropped picture files go to the pictures of the article, and from there into the text. */
export const ArticlePaste = Extension.create({
  name: "articlePaste",
  addProseMirrorPlugins() {
    const send = (view, files, position) => {
      view.dom.dispatchEvent(new CustomEvent("desk:files", { bubbles: true, detail: { files, position } }));
      return true;
    };
    return [
      new Plugin({
        props: {
          transformPastedHTML: cleanPaste,
          handlePaste: (view, event) => {
            const files = pictureFiles(event.clipboardData);
            /* Word puts a picture of the text beside the text itself: the text is meant. */
            if (!files.length || event.clipboardData.types.includes("text/html")) return false;
            return send(view, files, view.state.selection.to);
          },
          handleDrop: (view, event) => {
            const files = pictureFiles(event.dataTransfer);
            if (!files.length) return false;
            event.preventDefault();
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
            return send(view, files, place ? place.pos : view.state.selection.to);
          },
        },
      }),
    ];
  },
});
