"""Names of people and of units, as headers and credits write them."""

import re

HAN = "\u3400-\u9fff\uf900-\ufaff"
_FOREIGN_NAME = re.compile(rf"[{HAN}]{{1,10}}(?:[·•‧][{HAN}]{{1,10}})+")
_HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}")
_LATIN_WORD = r"(?:[A-Z][A-Za-zÀ-ÿ'’\-]*\.?|[A-Z]\.|de|van|von|der|al|bin|la|du)"
_LATIN_NAME = re.compile(rf"{_LATIN_WORD}(?:\s+{_LATIN_WORD}){{0,4}}")
_SEPARATORS = re.compile(r"\s*(?:[、，,;；/／&＆|｜\n]|(?<=\s)and(?=\s))\s*")
_ROLE = (
    rf"(?:[{HAN}]{{0,8}}?(?=[{HAN}]{{0,4}}(?:记者|記者|通讯员|通訊員)\s))?"
    r"(?:本报|本网|本刊|本台|本站|特约|见习|見習|实习|實習|学生|學生|校园|校園|校报|校報)*"
    r"(?:记者|記者|通讯员|通訊員|编辑|編輯|作者)"
)
ROLES = re.compile(rf"(?:^|(?<=[\s、，,;；/／&]))(?:{_ROLE}(?=[\s:：{HAN}])[\s:：]*|[Bb]y\s+|[Rr]eporters?\s+)")
_UNIT_END = re.compile(
    "(?:[院系部处處科室网網报報社台臺站局厅廳办辦会會团團组組校所馆館司委党黨]|中心|大学|大學|学院|學院|集团|集團|公司|支部|总支|總支|委员会|委員會|"
    "工会|工會|联盟|聯盟|办公室|辦公室|小组|小組|日报|晚报|时报|周刊|杂志|电视|新闻|公众号|客户端|在线|工作室|记者站|原创|原創|"
    "转载|轉載|网络|網絡|未知|本站|管理员|管理員|频道|頻道)$"
)
_LABEL_END = re.compile(
    "(?:日期|时间|時間|次数|次數|来源|來源|作者|编辑|編輯|浏览|瀏覽|点击|點擊|阅读|閱讀|新闻|新聞)$"
)
_UNIT_WORDS = re.compile(
    r"\b(?:Daily|News|Newsroom|Times|Post|Press|Journal|Weekly|Agency|Office|School|Department|Dept|University|College|Institute|Center|"
    r"Centre|Faculty|Laboratory|Lab|Group|Committee|Union|League|Bureau|Network|Net|Online|Website|Ministry|Academy|Xinhua|Media|Company|"
    r"Ltd|Inc|Corporation|Association|Library|Hospital|Division|Section|Team|Society|Gazette|Herald|Tribune|Review|Magazine)\b",
)
LONGEST_MEDIUM = 24
# 张三（文学院）, Li Ming (School of Physics)
_ASIDE = re.compile(r"(?<=[\w.])\s*[(（][^()（）]{1,40}[)）]")
_MEDIUM = re.compile(
    r"(?:[报報网網社]|日报|晚报|时报|周刊|杂志|雜誌|电视台|電視台|电台|广播|通讯社|客户端|融媒体中心|参考消息|新闻中心|头条)$"
    r"|\b(?:Daily|Times|Post|Press|Journal|Weekly|Herald|Tribune|Gazette|Xinhua|News Agency|Newspaper)$"
)
_WEAK_WORDS = """
    本站 本站原创 本站原創 本网 本網 本网站 原创 原創 管理员 管理員 admin administrator
    网络 網絡 互联网 网络转载 未知 佚名 匿名 root
    system 系统 系統 系统管理员 超级管理员 webmaster unknown internet network editor 编辑 小编 无 none null n/a - 暂无
"""
WEAK_VALUES = frozenset(_WEAK_WORDS.split())

# The family names that nearly all people of Han names bear, by frequency; the compound ones first.
_COMPOUND = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 端木 歐陽 諸葛 東方 尉遲 公孫"
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢"
    "安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游"
    "辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应"
    "臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣餘葉蘇魏呂盧鍾譚陸範賈韋鄒閻龍賀顧龔邵萬錢嚴湯溫齊喬龐顏莊聶魯歐關蘭寧紀"
)
_GIVEN = re.compile(rf"[{HAN}]{{1,2}}$")


def has_family_name(text: str) -> bool:
    """One Han name that begins with a family name, so that a word of two characters is not taken for a person."""
    for compound in _COMPOUND.split():
        if text.startswith(compound) and _GIVEN.match(text[2:]):
            return True
    return text[:1] in _FAMILY and bool(_GIVEN.match(text[1:]))


def is_weak(value: str) -> bool:
    """A value that says nothing: this site, the administrator, unknown."""
    return value.strip().casefold() in WEAK_VALUES


def is_name(text: str) -> bool:
    """One name of a person, as far as its form tells."""
    if _FOREIGN_NAME.fullmatch(text):
        return True
    if _HAN_NAME.fullmatch(text):
        return not _UNIT_END.search(text) and not _LABEL_END.search(text)
    return bool(_LATIN_NAME.fullmatch(text)) and not _UNIT_WORDS.search(text)


def is_unit(text: str) -> bool:
    """A newspaper, an office, a school: what a source names."""
    return len(text) <= 60 and bool(_UNIT_END.search(text) or _UNIT_WORDS.search(text))


def split(value: str) -> list[str]:
    """The names in a value, in order, each once; blanks separate names only where they are Chinese."""
    value = ROLES.sub("", value)
    names: list[str] = []
    for part in _SEPARATORS.split(value.strip()):
        pieces = part.split() if re.fullmatch(rf"[{HAN}·•‧\s]+", part) else [" ".join(part.split())]
        names.extend(_closed_up(pieces))
    return list(dict.fromkeys(name for name in names if name))


def _closed_up(pieces: list[str]) -> list[str]:
    """王　伟 is one name whose two characters were spread out."""
    closed: list[str] = []
    waiting = ""
    for piece in pieces:
        if len(piece) == 1 and waiting:
            closed.append(waiting + piece)
            waiting = ""
        elif len(piece) == 1:
            waiting = piece
        else:
            closed += [waiting, piece] if waiting else [piece]
            waiting = ""
    return [*closed, waiting] if waiting else closed


def is_medium(text: str) -> bool:
    """A newspaper, an agency or a station: what stands alone beside a date."""
    return len(text) <= LONGEST_MEDIUM and bool(_MEDIUM.search(text))


def are_names(value: str) -> bool:
    """True if the whole value is one to six names of people; what stands in brackets behind a name does not matter."""
    names = split(_ASIDE.sub("", value))
    return 1 <= len(names) <= 6 and all(map(is_name, names))


def line(value: str) -> str:
    """The value as one plain line: names set in one way, anything else as it is written."""
    if not re.search(r"\s", value) and is_unit(value):
        return value  # 学生记者团 is no reporter of the name 团
    found = split(value)
    if not found or not all(map(is_name, found)):
        return " ".join(ROLES.sub("", value).split()) if found else ""
    return joined(found)


def joined(found: list[str]) -> str:
    """Several names as one line: Chinese ones with 、, others with a comma."""
    mark = "、" if re.search(f"[{HAN}]", "".join(found)) else ", "
    return mark.join(found)
