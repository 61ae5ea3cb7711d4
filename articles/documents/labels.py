"""The words by which news pages name their fields, in Simplified and Traditional Chinese and English.

Lines are compared in a folded form of the same length (``fold``), so that every place found in it is a
place in the line itself. ``LABEL`` finds one label, or several joined ones such as 文/图.
"""

import re
from enum import StrEnum


class Field(StrEnum):
    PUBLISHED = "published"
    UPDATED = "updated"
    VIEWS = "views"
    SOURCE = "source"
    AUTHOR = "author"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    PHOTOGRAPHER = "photographer"
    OTHER = "other"  # said in headers, kept nowhere: column, font size, comments
    EVENT = "event"  # says that the lines around it tell of an event, not of the article


# Of the labels that no person or date belongs to, those that file the article. Folded, without blanks.
TAG_LABELS = frozenset({"关键词", "关键字", "标签", "主题词", "tags", "tag", "keywords", "keyword"})
SECTION_LABELS = frozenset(
    {
        *("栏目", "所属栏目", "当前栏目", "频道", "所属频道", "分类", "所属分类", "类别", "所属类别", "属于", "所属"),
        *("新闻类别", "新闻分类", "文章分类", "文章类别", "信息分类"),
        *("column", "category", "section", "channel", "filedunder", "belongsto", "newscategory"),
    }
)

PEOPLE = (Field.AUTHOR, Field.EDITOR, Field.REVIEWER, Field.PHOTOGRAPHER)
TIMES = (Field.PUBLISHED, Field.UPDATED)

_TRADITIONAL = (
    "發佈時間來編輯責審點擊瀏覽閱讀訪問數記員訊攝圖單終複創錄網絡執導師類欄題關鍵標簽評論氣熱總"
    "體視頻處見習轉載寫採實報導隊於後啟學專項協辦會講題賓號碼編審譯製畫領創刊詞張貼達監聯繫輸觀"
    "鏈詳細內應傳級區縣廳選擇籤"
)
_SIMPLIFIED = (
    "发布时间来编辑责审点击浏览阅读访问数记员讯摄图单终复创录网络执导师类栏题关键标签评论气热总"
    "体视频处见习转载写采实报导队于后启学专项协办会讲题宾号码编审译制画领创刊词张贴达监联系输观"
    "链详细内应传级区县厅选择签"
)
_FOLDED = (
    dict(zip(map(ord, _TRADITIONAL), _SIMPLIFIED, strict=True))
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    | {code: chr(code - 0xFEE0 + 32) for code in range(0xFF21, 0xFF3B)}
    | dict.fromkeys(map(ord, "∶﹕︰꞉"), ":")
    | dict.fromkeys(map(ord, "丨∣¦│┃︱‖║"), "|")
    | dict.fromkeys(map(ord, "【〔〖［"), "[")
    | dict.fromkeys(map(ord, "】〕〗］"), "]")
    | dict.fromkeys(map(ord, "\u3000\u2003\u2002\t\u00a0"), " ")
)


def fold(text: str) -> str:
    """The comparable form, character by character: Simplified, lower case, half width."""
    return text.translate(_FOLDED)


def is_made_of(pieces: re.Pattern[str], text: str) -> bool:
    """Whether the text is pieces of this pattern and nothing else; read once from left to right.

    A possessive group would say the same, but is wrong in Python before 3.11.4 (it keeps what failed to match).
    """
    return bool(text) and not pieces.sub("", text)


_TIME_VERBS = """
    公告 张贴 登录 建立 披露 录入 制作 发送 下达 首发 转载 采编
    发布 发表 发稿 刊发 刊登 创建 添加 上传 入库 提交 公布 公开 发文 撰写 写作 投稿 来稿 登载
    发帖 推送 上线 上网 生成 印发 出版 发行 新闻 文章 信息 稿件 成文 签发 推出 上稿
"""
_COUNT_VERBS = "点击 浏览 阅读 访问 查看 观看 点阅 阅览 围观 人气 热度 点击浏览 阅读浏览 浏览阅读 访客 点看 关注"
_COUNT_NOUNS = "量 数 次数 率 数量 人数 人次 总数 总量 次 度 值 热度 指数 计数 统计"

_WORDS: dict[Field, str] = {
    Field.PUBLISHED: """
        时间 日期 发布 发布于 发表 发表于 刊于 发稿 发于 刊发 刊发于 发布时间日期 发布日期时间
    """
    + " ".join(verb + noun for verb in _TIME_VERBS.split() for noun in ("时间", "日期", "日", "于")),
    Field.UPDATED: """
        更新 更新时间 更新日期 更新于 最后更新 最近更新 最后更新时间 最后更新日期 最近更新时间 修改时间
        修改日期 最后修改 最后修改时间 修改于 编辑时间 编辑日期
    """,
    Field.VIEWS: """
        已阅 已阅读 已浏览 已被浏览 已被阅读 已被点击 本文已被浏览 本文已被阅读 被浏览 被阅读 被点击 点击率
        阅读数 次数 读取次数 浏览器次数 共浏览 总点击 总浏览 总阅读 今日点击
    """
    + " ".join(verb + noun for verb in _COUNT_VERBS.split() for noun in ("", *_COUNT_NOUNS.split())),
    Field.SOURCE: """
        来源 来源于 来自 来源自 出处 稿源 信源 信息来源 稿件来源 文章来源 新闻来源 内容来源 资料来源 消息来源
        原文来源 文稿来源 转载来源 图文来源 本文来源 文字来源 文章出处 新闻出处 内容出处 原文出处 供稿单位
        投稿单位 来稿单位 发布单位 发布机构 发布部门 发布科室 发布处室 发文单位 发文机关 发文机构 发文部门
        供稿部门 供稿机构 来稿部门 报送单位 报送部门 信息提供 信息单位 单位 部门 作者单位 撰稿单位 撰稿部门
        所属单位 所属部门 责任单位 责任部门 转自 转载自 摘自 选自 媒体 来源单位 来源部门 来源媒体 发布来源
        信息提供单位 报道单位 信息发布单位
    """,
    Field.AUTHOR: """
        作者 撰稿 撰稿人 撰稿者 撰文 撰写 撰写人 文字作者 文章作者 新闻作者 原作者 本文作者 稿件作者 通讯员
        记者 供稿 供稿人 供稿者 供稿员 发布者 发布人 发布员 发稿人 发布用户 文字 文 文字记者 文字撰写 文字撰稿
        文字供稿 文字整理 执笔 执笔人 采写 采访 写稿 写稿人 来稿 来稿人 投稿 投稿人 投稿者 报道 报道员 报道人
        特约记者 本报记者 本网记者 本刊记者 本台记者 见习记者 实习记者 学生记者 校园记者 特约通讯员 实习通讯员
        学生通讯员 本报通讯员 宣传员 信息员 起草人 作者名 作者姓名 稿件撰写 文案 采写编辑
    """,
    Field.EDITOR: """
        责任编辑 责编 编辑 网络编辑 网编 本期编辑 执行编辑 值班编辑 文字编辑 图文编辑 图片编辑 美术编辑 美编
        微信编辑 新媒体编辑 学生编辑 实习编辑 见习编辑 栏目编辑 本文编辑 本网编辑 编辑人 编辑员 编辑者 编者
        编发 编排 编校 采编 小编 编 主编 责任主编 本期责编 值班责编 网站编辑 技术编辑 编辑整理 文编 编录 编稿
    """,
    Field.REVIEWER: """
        审核 审核人 审核员 审核者 审校 审稿 审稿人 初审 复审 终审 初审人 复审人 终审人 一审 二审 三审 一审一校
        二审二校 三审三校 审定 审阅 审签 校对 校审 校核 校阅 初校 复校 终校 一校 二校 三校 复核 核稿 审读 编审
        签发 签发人 审批 监审 审 校 责任校对 文字校对 内容审核 稿件审核 文字审核 图文审核 核发 终审核 审核校对
        责审 审核单位 审核领导
    """,
    Field.PHOTOGRAPHER: """
        摄影 摄影师 摄影者 摄影人 摄像 图片 图 图片作者 图片来源 图源 图片提供 图片拍摄 图片摄影 供图 供图人 摄
        摄影记者 照片 照片提供 照片来源 照片作者 拍摄 拍摄者 配图 摄制 摄影作者 图片记者 图片供稿 图片由来
        图/视频 影像
    """,
    Field.OTHER: """
        栏目 所属栏目 频道 分类 类别 所属分类 所属类别 新闻类别 新闻分类 文章分类 文章类别 信息类别 新闻类型
        属于 所属 所属频道 专题 类型 关键词 关键字 标签 主题词 字体 字号 字体大小 字号大小 文字大小
        文字大小设置 字体颜色 评论 评论数 跟帖 回复 收藏 分享 分享到 分享至 打印 点赞 点赞数 赞 编号 文号
        发文字号 索引号 信息索引 序号 版次 版面 期号 背景色 排版 制作 技术 技术支持 策划 统筹 监制 出品 设计
        美工 视频 剪辑 音频 播音 翻译 译者 录入 录入者 录入员 录入人 上传 上传者 上传人 转载 字数 体裁 有效性
        公开方式 公开形式 分享次数 评论次数 当前栏目 信息分类 语言 总策划 总监制 总编辑 出品人 监播 制图 海报
        海报设计 海报制作 二维码
    """,
    Field.EVENT: """
        地点 主讲人 主讲 主讲嘉宾 报告人 报告嘉宾 讲座人 演讲人 主持人 主持 嘉宾 主办 主办方 主办单位 承办
        承办方 承办单位 协办 协办单位 报告题目 讲座题目 报告主题 讲座主题 讲座内容 题目 报告时间 讲座时间
        会议时间 活动时间 举办时间 开始时间 结束时间 截止时间 截止日期 报名时间 考试时间 会议地点 活动地点
        报告地点 讲座地点 举办地点 会议号 腾讯会议 参会人员 参加人员 出席人员 报告摘要 主讲人简介 邀请人 联系人
        对象
    """,
}
_ENGLISH_WORDS: dict[Field, str] = {
    Field.PUBLISHED: """
        release time, release date, released on, released at, released, release, publish date, publish time,
        published date, published time, publication date, publication time, publishing date, publishing time,
        date of publication, time of publication, date of release, time of release, published on, published at,
        published in, published, publish, publish on, post date, post time, posted on, posted at, posted,
        posting date, posting time, date posted, date published, issue date, issue time, issued on, issued,
        add time, add date, added on, added, addtime, create time, created time, creation time, creation date,
        created on, created at, created, upload time, upload date, uploaded on, uploaded, input time,
        entry date, news date, news time, article date, pubdate, pub date, pub time, date, time, submitted on,
        submission time, submission date, datetime, date and time, date/time, announced on, dateline,
        online date
    """,
    Field.UPDATED: """
        updated on, updated at, updated, update time, update date, updated time, updated date, last updated,
        last updated on, last updated at, last update, last modified, last modified on, modified, modified on,
        modified at, update, revised, revised on, latest update
    """,
    Field.VIEWS: """
        hits, hit, views, view, view count, views count, viewcount, viewed, view times, viewed times,
        times viewed, page views, page view, pageviews, pv, visits, visit, visitors, visitor count,
        visit count, visits count, visited, clicks, click, click count, clicks count, click rate, click times,
        click volume, click number, click through rate, click-through rate, clicked, number of clicks,
        number of views, number of visits, number of visitors, number of hits, number of reads,
        number of readers, number of readings, number of page views, number of browses, read count, reads,
        read times, reading count, reading volume, readings, reading times, reading, read, readers,
        reader count, read number, browse, browses, browse times, browsing times, browse volume,
        browsing volume, browsing count, browse count, browsing, browse number, number of browsing,
        number of times browsed, hits count, hit count, hit times, accesses, access count, visit times,
        visits times, visiting times, popularity, page hits, total views, total hits, total visits,
        total clicks, total reads, times read, traffic, counter
    """,
    Field.SOURCE: """
        source, sources, from, news source, information source, source of information, article source,
        source of article, source of news, source from, sourced from, message source, manuscript source,
        source of manuscript, original source, content source, information sources, info source, department,
        unit, agency, media, news from, sources of information, source department, source unit,
        publishing unit, publisher unit, issuing unit, contributing unit, issuing department,
        publishing department, release unit, releasing unit, provided by, courtesy of, reprinted from,
        originally published in, origin
    """,
    Field.AUTHOR: """
        author, authors, author name, author's name, by, written by, writer, writers, text by, texts by, text,
        texts, words by, words, story by, story, reporter, reporters, reported by, report by, reporting by,
        staff reporter, correspondent, correspondents, publisher, published by, posted by, poster, contributor,
        contributors, contributed by, contribution, contributed, submitted by, article by, byline, drafted by,
        drafter, news by, uploaded by, released by, added by, copywriter, copywriting, draft, manuscript,
        writing, article author
    """,
    Field.EDITOR: """
        editor, editors, edited by, edit by, edit, editing, editor in charge, editors in charge,
        editor-in-charge, responsible editor, executive editor, web editor, website editor, managing editor,
        duty editor, chief editor, editor in chief, editor-in-chief, online editor, news editor, copy editor,
        copyeditor, text editor, english editor, editing by, redactor
    """,
    Field.REVIEWER: """
        reviewer, reviewers, reviewed by, review, review by, checked by, checker, proofreader, proofreaders,
        proofread by, proofreading, audited by, auditor, auditors, audit, approved by, approver, examined by,
        examiner, verified by, verifier, first review, second review, third review, final review,
        final reviewer, first reviewer, second reviewer, preliminary review, initial review,
        review and approval, inspected by, reviewer in charge, first instance, second instance, final instance,
        final judgment, check, proofread, revised by, censor
    """,
    Field.PHOTOGRAPHER: """
        photo, photos, photo by, photos by, photographer, photographers, photography, photography by,
        photographed by, photo credit, photo credits, photos credit, picture, pictures, picture by,
        pictures by, images, images by, image by, image credit, image credits, photo source, image source,
        picture source, photo courtesy, photo courtesy of, photos courtesy of, photo provided by,
        photos provided by, pictures provided by, photograph, photographs, photographs by, photograph by, pic,
        pics, pics by, camera, picture author
    """,
    Field.OTHER: """
        category, categories, column, columns, channel, tags, tag, keywords, keyword, key words, font,
        font size, text size, size, comments, comment, share, share to, share on, print, likes, like,
        favorites, favourites, collect, classification, news category, news type, type, article id, translator,
        translators, translated by, translation, designer, design by, planning, produced by, producer,
        filed under, section, belongs to, topic, series, reading time, label, labels, typesetting, layout,
        share this
    """,
    Field.EVENT: """
        venue, location, place, speaker, speakers, keynote speaker, host, hosts, lecturer, lecturers,
        organizer, organiser, organizers, organized by, hosted by, sponsor, sponsors, co-organizer,
        lecture title, lecture time, meeting time, start time, end time, deadline, presenter, moderator,
        event date, event time, date of event, event, address, registration, zoom, meeting id, where, when,
        contact, room, abstract, seminar title, conference date, application deadline, lecture topic, guest,
        guests, attendees, participants
    """,
}


# One label, two fields.
_BOTH_CHINESE = "文图 图文 文字图片 图文作者 文字摄影 摄影报道 撰文摄影 撰稿摄影 图文供稿 图文报道 图文撰稿 文图作者"
_BOTH_ENGLISH = (
    "text and photos by, text and photo by, text and photos, text and photo, text and pictures by, "
    "text and pictures, photos and text by, photos and text, photo and text, story and photos by, "
    "story and photos, words and photos by, words and photos, words and pictures by, words and pictures"
)
BOTH = frozenset(_BOTH_CHINESE.split()) | frozenset(re.sub(r"[\s_-]", "", word) for word in _BOTH_ENGLISH.split(","))


def _table() -> dict[str, Field]:
    table: dict[str, Field] = {}
    for field, words in _ENGLISH_WORDS.items():
        for word in words.split(","):
            table.setdefault(re.sub(r"[\s_-]", "", word.strip()), field)
    for field, words in _WORDS.items():
        for word in words.split():
            table.setdefault(word, field)
    return table


TABLE = _table()
# Said of events, meetings and questions as well: only a full date, or other labels beside it, make it a header.
GENERIC = frozenset(
    {"时间", "日期", "发布", "更新", "date", "time", "published", "update", "updated", "release", "released"}
)
# Said of units as often as of people.
UNIT_OR_PERSON = frozenset(
    {"供稿", "来稿", "投稿", "发布者", "发布人", "发布", "发布员", "publisher", "publishedby", "postedby"}
    | {"contributor", "contributedby", "contribution"}
)
# The account that put the text there; gives way to a named author.
WEAK_AUTHOR = frozenset(
    {"发布者", "发布人", "发布员", "发稿人", "发布用户", "发布", "publisher", "publishedby", "postedby", "poster"}
    | {"uploadedby", "addedby", "releasedby", "published", "posted"}
)


Trie = dict[str, "Trie"]


def _tokens(word: str) -> list[str]:
    """A label as patterns of its characters: Chinese may be spread out by blanks, English by blanks or hyphens."""
    if word.isascii():
        return [r"[\s_-]*" if character in " -_" else re.escape(character) for character in word]
    return [character if place == 0 else " {0,4}" + character for place, character in enumerate(word)]


def _one_of(words: list[str]) -> str:
    """One pattern for all words, longest first; as a tree, since it is built at each start of a process."""
    tree: Trie = {}
    for word in words:
        node = tree
        for token in _tokens(word):
            node = node.setdefault(token, {})
        node[""] = {}
    return _branches(tree)


def _branches(tree: Trie) -> str:
    branches = [token + _branches(below) for token, below in tree.items() if token]
    if not branches:
        return ""
    if len(branches) == 1 and "" not in tree:
        return branches[0]
    return f"(?:{'|'.join(branches)})" + ("?" if "" in tree else "")


def _label(*only: Field) -> str:
    chinese = [words for field, words in _WORDS.items() if not only or field in only]
    english = [words for field, words in _ENGLISH_WORDS.items() if not only or field in only]
    if not only:
        chinese.append(_BOTH_CHINESE)
        english.append(_BOTH_ENGLISH)
    words = [word for words in chinese for word in words.split()]
    return _one_of([*words, *(word.strip() for words in english for word in words.split(","))])


ONE = _label()
JOINED = rf"{ONE}(?:\s*(?:[/、&·+]|和|与|及|and)\s*{ONE})*"
TIME_LABEL = _label(*TIMES)
VIEWS_LABEL = _label(Field.VIEWS)
LABEL = re.compile(JOINED)
_JOINT = re.compile(r"\s*(?:[/、&·+]|(?<![a-z])and(?![a-z])|和|与|及)\s*")


def fields_of(label: str) -> tuple[Field, ...]:
    """The fields that a folded label names; 文图 and 文/图 name two."""
    whole = plain(label)
    if whole in BOTH:
        return (Field.AUTHOR, Field.PHOTOGRAPHER)
    if whole in TABLE:
        return (TABLE[whole],)
    fields = [TABLE.get(plain(part)) for part in _JOINT.split(label)]
    return tuple(dict.fromkeys(field for field in fields if field is not None))


def plain(label: str) -> str:
    return re.sub(r"[\s_-]", "", label)
