"""Where in a document the title, the header, the text and the closing credits are.

The doors are ``head(lines)`` and ``tail(lines)``; both say what they took, and every line that is not
part of the text ends as a field or is quoted in what was dropped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from articles.documents import dates, headers, names, pictures
from articles.documents.dates import Moment
from articles.documents.headers import Entry, Parsed
from articles.documents.labels import Field, fold

LINES_IN_ZONE = 30
LINES_IN_TAIL = 8
LONGEST_ZONE_LINE = 260
LONGEST_TITLE = 220
LONGEST_LATE_TITLE = 120
LONGEST_SPLIT_VALUE = 30
MOST_CANDIDATES = 5  # more short lines than that before a header are text
HAN = "\u3400-\u9fff\uf900-\ufaff"

DASHES = ("—", "–", "―", "--", "──")  # before a subtitle
_DASH = "—–―-─ "

_BANNERS = frozenset(
    "newscenter newscentre newsroom home homepage mediacenter mediacentre news latestnews campusnews universitynews schoolnews collegenews "
    "newsandevents news&events newsevents events press pressreleases pressrelease mediaroom highlights topnews headlines announcements "
    "notice notices article text content spotlight features media "
    "新闻中心 新闻网 新闻 学院新闻 综合新闻 学校新闻 校园新闻 校内新闻 公司新闻 企业新闻 行业新闻 院系新闻 部门新闻 学校要闻 学院要闻 校园要闻 新闻动态 工作动态 学院动态 校园动态 "
    "学术动态 科研动态 基层动态 党建动态 行业动态 公司动态 通知公告 公告通知 通知 公告 公示公告 信息公开 正文 首页 网站首页 阅读新闻 新闻详情 新闻内容 新闻正文 新闻阅读 "
    "文章正文 文章内容 文章详情 详细内容 内容详情 详情 要闻 要闻动态 新闻快讯 快讯 快讯动态 头条 头条新闻 头条要闻 今日头条 媒体聚焦 媒体报道 媒体关注 媒体视点 焦点新闻 热点新闻 "
    "图片新闻 视频新闻 时政要闻 国内新闻 国际新闻 社会新闻 最新动态 最新消息 最新新闻 最新公告 资讯 新闻资讯 新闻中心动态 资讯中心 党建工作 学生工作 学生活动 学术活动 学术交流 合作交流 "
    "校园文化 专题报道 新闻速递 新闻公告 新闻发布 信息动态 工作简报 当前位置 您的位置 字体 专题 动态 视频 信息 学习园地 经验交流 党群工作 部门动态 系部动态 院部动态 "
    "教学动态 招生信息 就业信息 科技动态 人才培养 科学研究 社会服务 交流合作".split()
)
_BANNER_END = re.compile(
    "(?:新闻网|新闻中心|官网|官方网站|门户网站|网站|频道|新闻$|资讯网|在线$|宣传网|党建网|信息网|首页)$"
)
_CRUMB = re.compile(
    r"^(?:[\[(]?\s*)(?:(?:您|你)?(?:的)?(?:当前|现在|目前|所在)?(?:的)?(?:所在)?(?:位置|所在地)|您现在(?:所在)?的位置|当前(?:位置|页面|栏目)|"
    r"(?:your |current |present )?(?:position|location)|you are here|you are at|path)\s*(?:是|为)?\s*[:>]",
)
_CRUMB_MARKS = re.compile(r"\s*(?:>>|»|›|>|→|->|::)\s*|\s+/\s+")
_CRUMB_HOME = re.compile(r"^(?:网站|学校|学院|本站|返回|本网)?(?:首页|主页)|^(?:home|homepage|main page|index)\b")
_PAGE_OF_PAPER = re.compile(
    r"^(?:.{0,12}\d{4}.{1,12}\d{1,2}日?[\s,，]*)?(?:星期.\s*)?(?:第?\s*[a-z]?\d{1,3}\s*版|[a-z]\d{1,2}(?:版)?)\s*[:\-—]?\s*\S{0,12}$"
)
_NAVIGATION = re.compile(
    r"^[\[(<《]?\s*(?:(?:上|下|前|后)\s*(?:一)?\s*(?:条|篇|页|则|个)(?:新闻|文章|信息|内容|公告)?|(?:prev(?:ious)?|next)(?:\s+(?:article|post|page|news|one|item|piece))?|"
    r"last article|older|newer|last one|last piece|last|(?:上|下)一?篇)\s*(?:[:\])>]|$|\s)",
)
_CLOSING = re.compile(
    r"^(?:copyright|©|\(c\)\s|版权所有|all rights reserved|技术支持|icp备|.{0,10}icp备|京公网安备|地址:.{4,60}(?:邮编|电话)|"
    r"分享(?:到|至|本文)|share\s*(?:to|on|this)?\s*:?\s*$|扫一扫|扫描二维码|长按二维码|打印本页|关闭窗口|返回顶部|(?:相关|推荐|热门)(?:新闻|文章|链接|阅读|附件)\s*:?$|"
    r"related (?:news|articles|links|posts|stories)\s*:?$|访问量\s*:|友情链接)",
)
_BUTTONS = re.compile(
    r"(?:关闭(?:窗口|本页|页面)?|打印(?:本页|本文|文章|此页)?|返回(?:顶部|列表|首页|上一页|上级)?|收藏(?:本页|本文)?|分享(?:到|至)?|加入收藏|推荐(?:给朋友)?|我要(?:评论|纠错)|"
    r"回到?顶部|微信|微博|新浪微博|qq空间|qq好友|qq|朋友圈|top|close(?: window)?|print(?: this page)?|back(?: to (?:top|list))?|return|share|email|"
    r"facebook|twitter|linkedin|wechat|weibo|复制链接|点赞|\(?完\)?|[\s\[\]()<>|/、,·*\-—_=~^:.•x+])+",
)
_BULLETS = "•●▪◆■□○*·▶►>»-–—|"
_ENUMERATION = re.compile(r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）、.]|[（(]?\d{1,2}[)）、.]\s?(?!\d))")
_SENTENCE_END = re.compile(r"[。；：;:][\"”’'」』)）]?$|[a-z0-9)\"”’'][.][\"”’')]?$|…{1,2}$")
_LABEL_AT_END = re.compile(r"[:：]\s*[)）\]】]?$")
_EXCLAIMED = re.compile("[！？!?]$")
_CONTINUES = re.compile(
    r"(?:[,，、:：—\-&“‘「《(（]|\b(?:and|of|to|the|a|an|in|on|for|with|at|by|from|or|as|&)|[与與暨和及的在为為对對])$",
    re.IGNORECASE,
)
_SPAM = re.compile(
    "https?://|www\\.|博彩|娱乐城|赌场|六合彩|时时彩|彩票|百家乐|棋牌|威尼斯人|体育投注|真人荷官|老虎机|成人视频|色情|裸聊|代开发票|"
    "(?:app|APP)下载|官方下载|注册送|在线观看免费|\\b(?:casino|porn|viagra|betting)\\b"
)


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    number: int
    gap: int  # empty lines before it


@dataclass(slots=True)
class Found:
    """What a part of the document gave, beside the lines that remain text."""

    title: str = ""
    subtitle: str = ""
    title_is_guessed: bool = False
    entries: list[Entry] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    pictures: list[Line] = field(default_factory=list)  # names above the text
    body: list[Line] = field(default_factory=list)
    sign_off: Moment | None = None

    def take(self, parsed: Parsed, line: str) -> None:
        self.entries += parsed.entries
        self.unknown += parsed.unknown
        if all(entry.is_empty or entry.field is Field.OTHER for entry in parsed.entries):
            self.dropped.append(line)


def lines_of(text: str) -> list[Line]:
    """The filled lines, their outer blanks gone, with the number of empty lines before each."""
    lines: list[Line] = []
    gap = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        bare = raw.strip()
        if bare:
            lines.append(Line(bare, number, gap))
            gap = 0
        else:
            gap += 1
    return lines


# ---------------------------------------------------------------- above the text
def head(lines: Sequence[Line], *, zone: tzinfo = dates.SHANGHAI) -> Found:
    """Title, subtitle and header fields; ``body`` begins after them."""
    end = _zone_end(lines, zone)
    parsed = _parsed(lines, end, zone)
    first = min(parsed, default=None)
    if first is not None and sum(_is_candidate(line) for line in lines[:first]) > MOST_CANDIDATES:
        first = None
    found = Found()
    if first is None:
        _title_alone(found, lines)
        return found
    position = _header(found, lines, parsed, first, end)
    found.body = list(lines[position:])
    if not found.title:
        _late_title(found)
    return found


def _zone_end(lines: Sequence[Line], zone: tzinfo) -> int:
    """The first line that is surely text."""
    for position, line in enumerate(lines[:LINES_IN_ZONE]):
        if _ends_zone(line.text) and headers.parse(line.text, zone=zone) is None and not is_crumb(line.text):
            return position
    return min(len(lines), LINES_IN_ZONE)


def _ends_zone(text: str) -> bool:
    return len(text) > LONGEST_ZONE_LINE or is_sentence(text) or bool(_ENUMERATION.match(text))


def starts_list(text: str) -> bool:
    return bool(_ENUMERATION.match(text))


def is_sentence(text: str) -> bool:
    """Running text, by its end: a headline may end with ! or ?, but hardly with a full stop."""
    if _SENTENCE_END.search(text):
        return not re.search(r"\b(?:Ltd|Inc|Co|Corp|Jr|Sr|U\.S|etc)\.$", text) or len(text) > 120
    return bool(_EXCLAIMED.search(text)) and (len(text) > 60 or "。" in text)


def _parsed(lines: Sequence[Line], end: int, zone: tzinfo) -> dict[int, Parsed]:
    """The lines of the zone that speak the header's grammar, values on lines of their own joined to them."""
    parsed: dict[int, Parsed] = {}
    position = 0
    while position < end:
        line = lines[position]
        result = (
            None if is_crumb(line.text) or pictures.picture_names(line.text) else headers.parse(line.text, zone=zone)
        )
        if result and result.is_generic and _near_event(lines, position):
            result = None
        if result is None:
            position += 1
            continue
        value = lines[position + 1] if position + 1 < len(lines) else None
        if result.is_lone_label and value is not None and _is_split_value(line, value, zone):
            joined = headers.parse(f"{line.text} {value.text}", zone=zone)
            if joined:
                parsed[position], parsed[position + 1] = joined, Parsed(())
                position += 2
                continue
        parsed[position] = result
        position += 1
    return parsed


def _is_split_value(label: Line, value: Line, zone: tzinfo) -> bool:
    named = label.text.strip(" |｜:：•●·")
    return (
        value.gap <= 1
        and len(value.text) <= LONGEST_SPLIT_VALUE
        and headers.suits(named, value.text.strip(" |｜"), zone=zone)
    )


def _near_event(lines: Sequence[Line], position: int) -> bool:
    around = lines[max(0, position - 2) : position + 3]
    return any(headers.is_event(line.text) and not is_crumb(line.text) for line in around)


def _is_candidate(line: Line) -> bool:
    return not (_is_furniture(line.text) or pictures.picture_names(line.text))


def _is_furniture(text: str) -> bool:
    return is_crumb(text) or is_navigation(text) or not text.strip(_BULLETS + " ")


def _header(found: Found, lines: Sequence[Line], parsed: dict[int, Parsed], first: int, end: int) -> int:
    """Take the lines up to the last one of the header; returns where the text begins."""
    before = [line for line in lines[:first] if _is_candidate(line)]
    found.dropped += [line.text for line in lines[:first] if _is_furniture(line.text)]
    found.pictures += [line for line in lines[:first] if pictures.picture_names(line.text)]
    _choose_title(found, before)
    position = first
    while position < end:
        line = lines[position]
        if position in parsed:
            found.take(parsed[position], line.text) if parsed[position].entries else None
        elif _is_furniture(line.text):
            found.dropped.append(line.text)
        elif any(further in parsed for further in (position + 1, position + 2)) and _is_candidate(line):
            if not found.title:
                _choose_title(found, [line])
            elif line.text.startswith(DASHES) and not found.subtitle:
                found.subtitle = line.text.lstrip(_DASH)
            else:
                found.unknown.append(line.text)
        else:
            break
        position += 1
    return position


def _choose_title(found: Found, candidates: list[Line]) -> None:
    texts = [line.text for line in candidates]
    texts, banners = _without_banners(texts)
    found.dropped += banners
    if not texts:
        return
    if len(texts) > 1 and texts[-1].startswith(DASHES):
        found.subtitle = texts.pop().lstrip(_DASH)
    if len(texts) > 1 and _is_one_title(texts[-2], texts[-1], alone=len(texts) == 2):
        second = texts.pop()
        texts[-1] = _joined(texts[-1], second)
    found.title = texts.pop()
    found.dropped += texts


def _without_banners(texts: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    banners: list[str] = []
    for position, text in enumerate(texts):
        following = texts[position + 1] if position + 1 < len(texts) else ""
        (banners if is_banner(text, following) else kept).append(text)
    if not kept and banners:
        kept.append(banners.pop())
    return kept, banners


def _is_one_title(first: str, second: str, *, alone: bool) -> bool:
    if _CONTINUES.search(first) or first.count("“") > first.count("”") or first.count("《") > first.count("》"):
        return True
    return alone and _is_short(first) and _is_short(second)


def _is_short(text: str) -> bool:
    han = len(re.findall(f"[{HAN}]", text))
    return han <= 26 if han else len(text.split()) <= 12


def _joined(first: str, second: str) -> str:
    return first + ("" if re.match(f"[{HAN}，。、：；！？”’）》—]", first[-1]) else " ") + second


def _title_alone(found: Found, lines: Sequence[Line]) -> None:
    """A document without any header: the first line that can be a title is it."""
    position = 0
    while position < len(lines) and _is_skipped(found, lines, position):
        position += 1
    if position < len(lines):
        text = lines[position].text
        if not is_sentence(text) and len(text) <= LONGEST_TITLE and not _ENUMERATION.match(text):
            found.title = text
            position += 1
            if position < len(lines):
                position += _second_title_line(found, lines[position].text)
    found.body = list(lines[position:])


def _is_skipped(found: Found, lines: Sequence[Line], position: int) -> bool:
    text = lines[position].text
    following = next((line.text for line in lines[position + 1 : position + 3] if _is_candidate(line)), "")
    if _is_furniture(text) or (following and not is_sentence(following) and is_banner(text, following)):
        found.dropped.append(text)
        return True
    if pictures.picture_names(text) and following and not is_sentence(following):
        found.pictures.append(lines[position])
        return True
    return False


def _second_title_line(found: Found, text: str) -> int:
    if is_sentence(text) or len(text) > LONGEST_LATE_TITLE or pictures.picture_names(text):
        return 0
    if text.startswith(DASHES):
        found.subtitle = text.lstrip(_DASH)
        return 1
    if _CONTINUES.search(found.title) and _is_short(text):
        found.title = _joined(found.title, text)
        return 1
    return 0


def _late_title(found: Found) -> None:
    """The header stands above the title."""
    if not found.body:
        return
    text = found.body[0].text
    if (
        len(text) <= LONGEST_LATE_TITLE
        and not is_sentence(text)
        and _is_candidate(found.body[0])
        and not _ENUMERATION.match(text)
    ):
        found.title = text
        found.title_is_guessed = True
        found.body.pop(0)


def is_crumb(text: str) -> bool:
    """The path of the page: 当前位置: 首页 >> 新闻, Position: Home >> News."""
    folded = fold(text).strip()
    if _CRUMB.match(folded):
        return True
    parts = [part for part in _CRUMB_MARKS.split(folded) if part.strip()]
    return (
        len(parts) > 1
        and len(folded) < 120
        and bool(_CRUMB_HOME.match(folded) or parts[-1] in ("正文", "content", "详情", "详细内容"))
    )


def is_banner(text: str, following: str) -> bool:
    """The name of the site or the column above a title."""
    folded = fold(text)
    bare = re.sub(r"[\s\[\]()·|:>\-—*]", "", folded)
    if bare in _BANNERS or (_PAGE_OF_PAPER.match(folded) and following) or _SPAM.search(text):
        return True
    if not following:
        return False
    han, latin = len(re.findall(f"[{HAN}]", text)), len(text.split())
    if _BANNER_END.search(bare) and han <= 20 and len(following) > 6:
        return True
    is_small = 0 < han <= 6 and len(text) <= 10 if han else latin <= 2
    return is_small and len(following) > 2 * len(text) and not _CONTINUES.search(text)


# ---------------------------------------------------------------- below the text
def tail(found: Found, *, zone: tzinfo = dates.SHANGHAI, dated: bool) -> Found:
    """What the last lines of ``found.body`` say: credits and navigation taken out, the rest left as text."""
    below = Found(body=list(found.body))
    parsed: list[tuple[Line, Parsed]] = []
    for line in found.body[-LINES_IN_TAIL:]:
        if is_navigation(line.text):
            below.body.remove(line)
            below.dropped.append(line.text)
            continue
        result = _credits(line, found.body, zone)
        if result is not None and result.is_bare_date:
            below.sign_off = below.sign_off or result.entries[0].moment
        elif result is not None and len(below.body) > 1:
            parsed.append((line, result))
            below.body.remove(line)
    for line, result in parsed:
        below.take(result, line.text)
    if dated:
        below.sign_off = None
    return below


def _credits(line: Line, body: Sequence[Line], zone: tzinfo) -> Parsed | None:
    """A line of credits: brackets around it or labels all through, nothing else in it."""
    text = line.text
    if pictures.picture_names(text) or len(text) > 200 or (is_sentence(text) and not _LABEL_AT_END.search(text)):
        return None
    result = headers.parse(text, zone=zone) or _bracketed_names(text)
    if result is None:
        return None
    position = body.index(line)
    if result.is_generic and (not result.is_bare_date) and _near_event(body, position):
        return None
    told = [entry for entry in result.entries if entry.field is not Field.OTHER]
    if result.is_bare_date:
        return result
    if not any(entry.label for entry in told) or sum(map(len, result.unknown)) > 8:
        return None
    if all(
        entry.field in (Field.PUBLISHED, Field.UPDATED) and entry.label in ("时间", "日期", "time", "date")
        for entry in told
    ):
        return None
    return result


def _bracketed_names(text: str) -> Parsed | None:
    """（通讯员 张三 李四） and （张三 摄） without any colon."""
    bare = text.strip()
    if not re.fullmatch(r"[(（【\[].{2,60}[)）】\]]", bare):
        return None
    inner = bare[1:-1].strip()
    match = re.fullmatch(
        r"(?P<value>\S{2,12}(?:[\s、]\S{2,4}){0,3}?)\s*(?P<verb>摄影报道|摄影|供图|摄|图|撰稿|供稿|报道)", inner
    )
    if match and names.are_names(match["value"]):
        kind = Field.AUTHOR if match["verb"] in ("撰稿", "供稿", "报道", "摄影报道") else Field.PHOTOGRAPHER
        return Parsed((Entry(kind, names.line(match["value"]), match["verb"]),))
    return None


def is_navigation(text: str) -> bool:
    """Buttons, links to the neighbors and the imprint, as pages have them below the text."""
    folded = fold(text).strip()
    if len(folded) > 300:
        return False
    return bool(
        _NAVIGATION.match(folded)
        and (len(folded) < 12 or re.match(r"^\W*\S+(?:\s+\S+)?\s*[:\])>]", folded))
        or _CLOSING.match(folded)
        or (re.search(r"\w", folded) and _BUTTONS.fullmatch(folded))
    )


def is_spam(text: str) -> bool:
    return bool(_SPAM.search(text))
