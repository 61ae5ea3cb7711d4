"""What pages have around an article: banners, the path of the page, buttons, links to neighbors, advertising."""

import re

from articles.documents.labels import fold, is_made_of

HAN = "\u3400-\u9fff\uf900-\ufaff"
LONGEST_SPAM_LINE = 60  # above a title; a paragraph that speaks of lotteries is text
_BANNER_WORDS = """
    newscenter newscentre newsroom home homepage mediacenter mediacentre news latestnews campusnews
    universitynews schoolnews collegenews newsandevents news&events newsevents events press pressreleases
    pressrelease mediaroom highlights topnews headlines announcements notice notices article text content
    spotlight features media 新闻中心 新闻网 新闻 学院新闻 综合新闻 学校新闻 校园新闻 校内新闻 公司新闻
    企业新闻 行业新闻 院系新闻 部门新闻 学校要闻 学院要闻 校园要闻 新闻动态 工作动态 学院动态 校园动态
    学术动态 科研动态 基层动态 党建动态 行业动态 公司动态 通知公告 公告通知 通知 公告 公示公告 信息公开 正文
    首页 网站首页 阅读新闻 新闻详情 新闻内容 新闻正文 新闻阅读 文章正文 文章内容 文章详情 详细内容 内容详情
    详情 要闻 要闻动态 新闻快讯 快讯 快讯动态 头条 头条新闻 头条要闻 今日头条 媒体聚焦 媒体报道 媒体关注
    媒体视点 焦点新闻 热点新闻 图片新闻 视频新闻 时政要闻 国内新闻 国际新闻 社会新闻 最新动态 最新消息
    最新新闻 最新公告 资讯 新闻资讯 新闻中心动态 资讯中心 党建工作 学生工作 学生活动 学术活动 学术交流
    合作交流 校园文化 专题报道 新闻速递 新闻公告 新闻发布 信息动态 工作简报 当前位置 您的位置 字体 专题 动态
    视频 信息 学习园地 经验交流 党群工作 部门动态 系部动态 院部动态 教学动态 招生信息 就业信息 科技动态
    人才培养 科学研究 社会服务 交流合作
"""
_BANNERS = frozenset(_BANNER_WORDS.split())
_BANNER_END = re.compile(
    "(?:新闻网|新闻中心|官网|官方网站|门户网站|网站|频道|新闻$|资讯网|在线$|宣传网|党建网|信息网|首页)$"
)
_CRUMB = re.compile(
    r"^(?:[\[(]?\s*)(?:(?:您|你)?(?:的)?(?:当前|现在|目前|所在)?(?:的)?(?:所在)?(?:位置|所在地)|"
    r"您现在(?:所在)?的位置|当前(?:位置|页面|栏目)|"
    r"(?:your |current |present )?(?:position|location)|you are here|you are at|path)\s*(?:是|为)?\s*[:>]",
)
_CRUMB_MARKS = re.compile(r"\s*(?:>>|»|›|>|→|->|::)\s*|\s+/\s+")
_CRUMB_HOME = re.compile(r"^(?:网站|学校|学院|本站|返回|本网)?(?:首页|主页)|^(?:home|homepage|main page|index)\b")
_PAGE_OF_PAPER = re.compile(
    r"^(?:.{0,12}\d{4}.{1,12}\d{1,2}日?[\s,，]*)?(?:星期.\s*)?"
    r"(?:第?\s*[a-z]?\d{1,3}\s*版|[a-z]\d{1,2}(?:版)?)\s*[:\-—]?\s*\S{0,12}$"
)
_NAVIGATION = re.compile(
    r"^[\[(<《]?\s*(?:(?:上|下|前|后)\s*(?:一)?\s*(?:条|篇|页|则|个)(?:新闻|文章|信息|内容|公告)?|"
    r"(?:prev(?:ious)?|next)(?:\s+(?:article|post|page|news|one|item|piece))?|"
    r"last article|older|newer|last one|last piece|last)\s*(?:[:\])>]|$|\s)",
)
_CLOSING = re.compile(
    r"^(?:copyright|©|\(c\)\s|版权所有|all rights reserved|技术支持|icp备|.{0,10}icp备|京公网安备|"
    r"地址:.{4,60}(?:邮编|电话)|分享(?:到|至|本文)|share\s*(?:to|on|this)?\s*:?\s*$|扫一扫|扫描二维码|长按二维码|"
    r"打印本页|关闭窗口|返回顶部|(?:相关|推荐|热门)(?:新闻|文章|链接|阅读|附件)\s*:?$|"
    r"related (?:news|articles|links|posts|stories)\s*:?$|访问量\s*:|友情链接)",
)
# Piece by piece, so that a long line of such words is read once (``labels.is_made_of``).
_BUTTONS = re.compile(
    r"(?:关闭(?:窗口|本页|页面)?|打印(?:本页|本文|文章|此页)?|返回(?:顶部|列表|首页|上一页|上级)?|收藏(?:本页|本文)?|"
    r"分享(?:到|至)?|加入收藏|推荐(?:给朋友)?|我要(?:评论|纠错)|回到?顶部|微信|微博|新浪微博|qq(?:空间|好友)?|朋友圈|举报|易信|"
    r"(?:缩小|放大)?字[体号]|超大|特大|[大中小]|标准|评论|图集|更多|腾讯qq|qzone|用微信扫码二维码|分享至好友和朋友圈|"
    r"我有话说(?:\(\d*人?参与\))?|原创|听新闻|语音播报|"
    r"top|close(?: window)?|print(?: this page)?|back(?: to (?:top|list))?|return|share|email|facebook|twitter|"
    r"linkedin|wechat|weibo|复制链接|点赞|\(?完\)?|[\s\[\]()<>|/、,·*\-—_=~^:.•x+])",
)
_ICONS = re.compile("[\ue000-\uf8ff]+\\d*")
_BULLETS = "•●▪◆■□○*·▶►>»-–—|"
_SPAM = re.compile(
    "https?://|www\\.|博彩|娱乐城|赌场|六合彩|时时彩|彩票|百家乐|棋牌|威尼斯人|体育投注|真人荷官|老虎机|成人视频|色情|裸聊|代开发票|"
    "(?:app|APP)下载|官方下载|注册送|在线观看免费|\\b(?:casino|porn|viagra|betting)\\b"
)


def is_furniture(text: str) -> bool:
    """Nothing of the article: path, buttons, bullets, icons of a font that text does not have."""
    return is_crumb(text) or is_navigation(text) or not _ICONS.sub("", text).strip(_BULLETS + " ")


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
    if (
        bare in _BANNERS
        or (_PAGE_OF_PAPER.match(folded) and following)
        or (len(text) <= LONGEST_SPAM_LINE and "。" not in text and _SPAM.search(text))
    ):
        return True
    if not following:
        return False
    han, latin = len(re.findall(f"[{HAN}]", text)), len(text.split())
    if _BANNER_END.search(bare) and han <= 20 and len(following) > 6:
        return True
    is_small = 0 < han <= 6 and len(text) <= 10 if han else latin <= 2
    return is_small and len(following) > 2 * len(text) and not text.endswith(("，", ",", "、", "与", "和", "及", "與"))


def is_navigation(text: str) -> bool:
    """Buttons, links to the neighbors and the imprint, as pages have them below the text."""
    folded = fold(text).strip()
    if len(folded) > 300:
        return False
    return bool(
        (_NAVIGATION.match(folded) and (len(folded) < 12 or re.match(r"^\W*\S+(?:\s+\S+)?\s*[:\])>]", folded)))
        or _CLOSING.match(folded)
        or (re.search(r"\w", folded) and is_made_of(_BUTTONS, folded))
    )


def is_spam(text: str) -> bool:
    return bool(_SPAM.search(text))
