"""Lines that are names of pictures or of attachments, and the captions below them."""

import re
import unicodedata
from urllib.parse import unquote_plus

PICTURE_SUFFIXES = "jpg|jpeg|jpe|jfif|png|gif|bmp|webp|avif|tif|tiff|heic|heif|svg"
OFFICE_SUFFIXES = "docx?|xlsx?|pptx?|wps|et|dps|pdf|zip|rar|7z|rtf|odt|ods|odp|csv|txt|mp3|mp4|ofd"
LONGEST_NAME = 120
LONGEST_CAPTION_HAN = 40
LONGEST_CAPTION_WORDS = 20

_OUTER = "()（）[]【】〔〕<>＜＞「」"
_BETWEEN = " 、,;；，"
_LEAD = re.compile(
    r"^(?:(?:图片|圖片|照片|插图|插圖|配图|配圖|图|圖)\s*[\d一二三四五六七八九十]{0,3}|(?:images?|pictures?|photos?|figures?|fig\.?|img)\s*\d{0,3})\s*[:：]\s*",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"^!\[(?P<caption>[^\]\n]{0,200})\]\((?P<name>[^()\n]{1,300})\)$")
_SUFFIXED = re.compile(rf"\.(?:{PICTURE_SUFFIXES})(?![A-Za-z0-9])", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[。，；！？|<>*\"\n]")
_SENTENCE_START = re.compile(r"^(?:see|in|as|the|this|please|参见|请见|如|见)\s", re.IGNORECASE)

_CAPTION_START = re.compile(
    r"^(?:图\s*[为\d一二三四五六七八九十:：]|圖\s*[為\d一二三四五六七八九十:：]|[▲△↑▼◆]|上图|下图|左图|右图|图片说明|圖片說明|图说|图注|圖說|Fig(?:ure)?\b|Photos?\b|Pictured?\b|Image\b|Caption\b)",
    re.IGNORECASE,
)
_CAPTION_END = re.compile(
    r"(?:摄|攝|摄影|攝影|供图|供圖|图源[^。]{0,20}|"
    r"Photo(?:s|graph(?:s|ed)?)?\s+(?:by|courtesy of)\s+[^.]{2,60})[)）】]?\.?$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。！？；：]$|[.!?;:]$")

_ATTACHMENT = re.compile(
    rf"^(?:附\s*件|附|attachments?|appendix|annex|download)\s*[\d一二三四五六七八九十]{{0,3}}\s*"
    rf"(?:[:：]\s*(?P<name>.{{1,{LONGEST_NAME}}}?)|[【\[](?P<name2>[^】\]]{{1,{LONGEST_NAME}}})[】\]])(?:\s*已下载.{{0,12}})?$",
    re.IGNORECASE,
)
_OFFICE = re.compile(rf"\.(?:{OFFICE_SUFFIXES})$", re.IGNORECASE)


def picture_names(line: str) -> list[str]:
    """The names, if the whole line is one name of a picture or several; otherwise nothing."""
    if len(line) > 10 * LONGEST_NAME:
        return []
    text = line.strip()
    if markdown := _MARKDOWN.match(text):
        name = markdown["name"].strip()
        return [name] if _is_picture_name(name) else []
    text = _unwrapped(_LEAD.sub("", _unwrapped(text)))
    names, start = [], 0
    for match in _SUFFIXED.finditer(text):
        names.append(text[start : match.end()].strip(_BETWEEN))
        start = match.end()
    if not names or text[start:].strip(_BETWEEN + _OUTER):
        return []
    return names if all(map(_is_picture_name, names)) else []


def _unwrapped(text: str) -> str:
    """Without the brackets that hold the whole text; those inside a name stay."""
    text = text.strip()
    while len(text) > 2 and text[0] in _OUTER[::2] and text[-1] == _OUTER[_OUTER.index(text[0]) + 1]:
        text = text[1:-1].strip()
    return text


def markdown_caption(line: str) -> str:
    markdown = _MARKDOWN.match(line.strip())
    return markdown["caption"].strip() if markdown else ""


def _is_picture_name(name: str) -> bool:
    match = re.search(rf"\.(?:{PICTURE_SUFFIXES})$", name, re.IGNORECASE)
    if match is None or match.start() == 0 or len(name) > LONGEST_NAME or _FORBIDDEN.search(name):
        return False
    if _SENTENCE_START.match(name) or re.search(r"[:：]\s", name):
        return False
    return len(name.split()) <= 12


def is_caption(line: str) -> bool:
    """True of a line that may stand below a picture as its caption."""
    text = line.strip()
    if len(text) > 200:
        return False
    if _CAPTION_START.match(text) or _CAPTION_END.search(text):
        return True
    if _SENTENCE_END.search(text) or "。" in text:
        return False
    han = len(re.findall("[\u3400-\u9fff]", text))
    return han <= LONGEST_CAPTION_HAN if han else len(text.split()) <= LONGEST_CAPTION_WORDS


def is_marked_caption(line: str) -> bool:
    """A caption that says so itself: 图为…, ▲…, … 摄, Photo by …"""
    return bool(_CAPTION_START.match(line.strip()) or _CAPTION_END.search(line.strip())) and is_caption(line)


def attachment_name(line: str, *, near_end: bool) -> str:
    """The name of the file that a line offers; a bare name counts near the end of the text only."""
    text = line.strip().strip("•●▪◆■ ")
    if len(text) > 2 * LONGEST_NAME:
        return ""
    if match := _ATTACHMENT.match(text):
        name = (match["name"] or match["name2"]).strip(" 《》【】[]")
        return name if _OFFICE.search(name) else ""
    if near_end:
        name = re.sub(r"^\d{1,2}[.、]\s*", "", text).strip("[]【】《》 ")
        if _OFFICE.search(name) and len(name) <= LONGEST_NAME and not re.search("[。，；！？|<>]", name):
            return name
    return ""


def keys(name: str) -> tuple[str, ...]:
    """The forms under which a file is looked for, the exact one first, each looser than the one before."""
    from_address = _unquoted(name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])
    composed = unicodedata.normalize("NFC", name)
    return (
        name,
        composed,
        composed.casefold(),
        unicodedata.normalize("NFC", from_address).casefold(),
        re.sub(r"\s+", " ", unicodedata.normalize("NFC", from_address)).strip().casefold(),
        re.sub(r"\s+", "", unicodedata.normalize("NFC", from_address)).casefold(),
    )


def _unquoted(name: str) -> str:

    return unquote_plus(name)
