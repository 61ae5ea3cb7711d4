"""Documents of a news center in every format, as many as are wanted, each another; the same in every run.

``write(kind, folder, count)`` fills a folder. Their length is that of real ones: two to three kilobytes of text.
"""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from PIL import Image as Picture

from newsroom.bootstrap import BASE_DIR

PEOPLE = {"zh": ("许听禾", "周予安", "闻人策", "乔怀远"), "en": ("Lena Marsh", "Mei Lin", "Daniel Roe", "Ana Torres")}
SOURCES = {"zh": ("艺术教育中心", "校报", "科研处"), "en": ("Office of Research", "The Gazette", "Press Office")}
TOPICS = {
    "zh": ("图书馆", "实验室", "合唱团", "果园"),
    "en": ("The Library", "A Laboratory", "The Choir", "An Orchard"),
}
ACTS = {
    "zh": ("迎来新一批志愿者", "举办公开课", "完成年度检修", "与邻近中学结对"),
    "en": ("Welcomes New Helpers", "Opens Its Doors", "Ends a Long Repair", "Teaches the Neighbors"),
}
MENU = "".join(f'<li><a href="/column{number}/index.htm">栏目{number}</a></li>' for number in range(40))
ASIDE = "".join(
    f'<li><a href="/info/1021/{number}.htm">学院召开第{number}次工作会议</a><span>2024-05-{number % 28 + 1:02}</span></li>'
    for number in range(30)
)
SCRIPT = "<script>" + "var state = {loaded: false, items: [], page: 1};\n" * 200 + "</script>"
STYLE = "<style>" + ".list li { margin: 0 0 4px; padding: 2px; color: #333; }\n" * 150 + "</style>"
WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>News</title><link>https://old.example.edu</link>
<wp:wxr_version>1.2</wp:wxr_version>
"""
RSS = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>News</title><link>https://old.example.edu</link><description>All news</description>
"""
WORD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
)
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


@dataclass(frozen=True)
class Story:
    number: int
    language: str
    title: str
    author: str
    source: str
    paragraphs: tuple[str, ...]

    @property
    def date(self) -> str:
        return f"{2005 + self.number // 28 % 20}-{1 + self.number // 600 % 12:02}-{1 + self.number % 28:02}"


@cache
def _pool(language: str) -> tuple[str, ...]:
    """The paragraphs of the demonstration texts in one language."""
    found = []
    for path in sorted((BASE_DIR / "fixtures").rglob("*.txt")):
        for line in path.read_text("utf-8", "replace").splitlines():
            is_chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in line) > len(line) / 3
            if "\ufffd" not in line and len(line) > (60 if is_chinese else 150) and is_chinese == (language == "zh"):
                found.append(line.strip())
    return tuple(found)


def story(number: int, language: str) -> Story:
    dice = random.Random(f"{language}{number}")
    pool = _pool(language)
    paragraphs = []
    size = 0
    while size < (700 if language == "zh" else 2000):
        paragraphs.append(dice.choice(pool))
        size += len(paragraphs[-1])
    mark = f"（第{number}期）" if language == "zh" else f", No. {number}"
    title = dice.choice(TOPICS[language]) + ("" if language == "zh" else " ") + dice.choice(ACTS[language]) + mark
    return Story(
        number, language, title, dice.choice(PEOPLE[language]), dice.choice(SOURCES[language]), tuple(paragraphs)
    )


def text(one: Story, *, picture: str = "") -> str:
    if one.language == "zh":
        header = f"发布时间：{one.date}　来源：{one.source}　作者：{one.author}　浏览：{one.number % 900}次"
    else:
        header = f"Date: {one.date}  Source: {one.source}  Author: {one.author}  Views: {one.number % 900}"
    paragraphs = [one.paragraphs[0], *([picture] if picture else []), *one.paragraphs[1:]]
    return "\n\n".join([one.title, header, *paragraphs]) + "\n"


def page(one: Story) -> str:
    """A saved page as old content systems made them: half of it is menus, lists and scripts."""
    body = "".join(f'<p style="text-indent: 2em"><span>{escape(each)}</span></p>' for each in one.paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{one.title}-学院新闻网</title>{STYLE}{SCRIPT}</head>"
        f"<body><div class='nav'><ul>{MENU}</ul></div><div class='main'><div class='position'>首页 &gt; 新闻</div>"
        f"<div class='article'><h1>{one.title}</h1><div class='info'>发布时间：{one.date} 来源：{one.source} "
        f"作者：{one.author}</div><div id='vsb_content'>{body}</div><div class='pages'>上一条：<a href='1.htm'>通知</a>"
        f"</div></div><div class='side'><ul>{ASIDE}</ul></div></div><div class='footer'>版权所有 © 学院</div></body></html>"
    )


def markdown(one: Story) -> str:
    head = f"---\ntitle: {one.title}\ndate: {one.date}\nauthor: {one.author}\ntags: [news]\n---\n\n"
    return head + "\n\n".join(one.paragraphs) + "\n"


def word(one: Story) -> bytes:
    lines = [one.title, f"发布时间：{one.date} 来源：{one.source} 作者：{one.author}", *one.paragraphs]
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/document.xml", WORD.format(body))
    return file.getvalue()


def _post(one: Story) -> str:
    body = "\n\n".join(one.paragraphs)
    return (
        f"<item><title>{one.title}</title><link>https://old.example.edu/{one.number}/</link>"
        f"<dc:creator><![CDATA[{one.author}]]></dc:creator><content:encoded><![CDATA[{body}]]></content:encoded>"
        f"<wp:post_id>{one.number}</wp:post_id><wp:post_date>{one.date} 10:30:00</wp:post_date>"
        f"<wp:post_date_gmt>{one.date} 02:30:00</wp:post_date_gmt><wp:status>publish</wp:status>"
        f'<wp:post_type>post</wp:post_type><category domain="post_tag" nicename="n"><![CDATA[news]]></category></item>\n'
    )


def _entry(one: Story) -> str:
    body = "".join(f"<p>{escape(each)}</p>" for each in one.paragraphs)
    return (
        f"<item><title>{one.title}</title><link>https://old.example.edu/{one.number}/</link><guid>n{one.number}</guid>"
        f"<pubDate>{one.date}T10:30:00+08:00</pubDate><dc:creator>{one.author}</dc:creator>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>\n"
    )


# ---------------------------------------------------------------- files
def _stories(count: int, language: str = "") -> Iterator[Story]:
    return (story(number, language or ("zh", "en")[number % 2]) for number in range(count))


def _texts(language: str) -> Callable[[Path, int], None]:
    def fill(folder: Path, count: int) -> None:
        for one in _stories(count, language):
            (folder / f"{one.number:06}.txt").write_text(text(one), "utf-8")

    return fill


def _files(suffix: str, make: Callable[[Story], str | bytes]) -> Callable[[Path, int], None]:
    def fill(folder: Path, count: int) -> None:
        for one in _stories(count):
            content = make(one)
            (folder / f"{one.number:06}{suffix}").write_bytes(content.encode() if isinstance(content, str) else content)

    return fill


def _export(folder: Path, count: int) -> None:
    (folder / "export.xml").write_text(WXR + "".join(map(_post, _stories(count))) + "</channel></rss>", "utf-8")


def _feed(folder: Path, count: int) -> None:
    (folder / "feed.xml").write_text(RSS + "".join(map(_entry, _stories(count))) + "</channel></rss>", "utf-8")


def _archive(folder: Path, count: int) -> None:
    with zipfile.ZipFile(folder / "news.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for one in _stories(count):
            package.writestr(f"{one.number:06}.txt", text(one))


def with_pictures(folder: Path, count: int, *, every: int = 50) -> int:
    """Texts in one flat folder, some with a picture of its own beside it; returns how many of those."""
    pictures = []
    for number in range(8):
        file = io.BytesIO()
        Picture.effect_noise((800, 500), 40 + 10 * number).convert("RGB").save(file, "JPEG", quality=80)
        pictures.append(file.getvalue())
    for one in _stories(count):
        picture = f"{one.number:06}.jpg" if one.number % every == 0 else ""
        if picture:
            (folder / picture).write_bytes(pictures[one.number // every % len(pictures)])
        (folder / f"{one.number:06}.txt").write_text(text(one, picture=picture), "utf-8")
    return -(-count // every)


KINDS: dict[str, Callable[[Path, int], None]] = {
    "text, Chinese": _texts("zh"),
    "text, English": _texts("en"),
    "Markdown": _files(".md", markdown),
    "Word": _files(".docx", word),
    "saved page": _files(".html", page),
    "WordPress export": _export,
    "feed": _feed,
    "ZIP of texts": _archive,
}


def write(kind: str, folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    KINDS[kind](folder, count)
