"""Paragraphs out of empty lines, as WordPress makes them when it shows a post written without the block editor."""

import re
from collections import Counter

_WORDS = """
    p div ul ol li table thead tbody tfoot tr td th caption h1 h2 h3 h4 h5 h6 blockquote pre figure figcaption hr
    section article aside header footer main nav dl dt dd form fieldset address center details summary script style
    textarea iframe video audio object
"""
_TAG = re.compile(rf"<(/?)({'|'.join(_WORDS.split())})\b([^<>]{{0,4000}})>", re.IGNORECASE)
_KEPT = ("pre", "script", "style", "textarea")  # line ends mean what they say
_LINES = "p li td th caption h1 h2 h3 h4 h5 h6 figcaption dt dd address summary"
_WITH_PARAGRAPHS = frozenset(
    ("", "div", "blockquote", "section", "article", "aside", "header", "footer", "main", "center", "details", "form")
)
_WITH_LINES = frozenset(_LINES.split())
_EMPTY_LINE = re.compile(r"\n[ \t\u00a0]*\n\s*")


def paragraphs(text: str) -> str:
    """The text with its paragraphs and lines marked up, wherever they are not yet."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[str] = []
    path: list[str] = []  # the block elements that are open
    inside: Counter[str] = Counter()
    place = 0
    for match in _TAG.finditer(text):
        pieces.append(_marked(text[place : match.start()], path, inside))
        pieces.append(match[0])
        place = match.end()
        name = match[2].lower()
        if match[1]:
            while inside[name]:
                last = path.pop()
                inside[last] -= 1
                if last == name:
                    break
        elif name != "hr" and not match[3].endswith("/"):
            path.append(name)
            inside[name] += 1
    pieces.append(_marked(text[place:], path, inside))
    return "".join(pieces)


def _marked(text: str, path: list[str], inside: Counter[str]) -> str:
    around = path[-1] if path else ""
    if not text.strip() or any(inside[name] for name in _KEPT):
        return text
    parts = [part.strip().replace("\n", "<br>\n") for part in _EMPTY_LINE.split(text) if part.strip()]
    if around in _WITH_PARAGRAPHS:
        return "\n" + "\n".join(f"<p>{part}</p>" for part in parts) + "\n"
    return "<br><br>\n".join(parts) if around in _WITH_LINES else text
