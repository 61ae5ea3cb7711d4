import pytest

from articles.documents.headers import parse
from articles.documents.labels import LABEL, fields_of, fold

Told = dict[str, object]


def told(line: str) -> Told | None:
    """What a line says, as plain values; empty fields as empty strings."""
    parsed = parse(line)
    if parsed is None:
        return None
    found: Told = {}
    for entry in parsed.entries:
        value = entry.moment.when.strftime("%Y-%m-%d %H:%M") if entry.moment else entry.number
        found.setdefault(entry.field.value, entry.value if value is None else value)
    if parsed.unknown:
        found["unknown"] = list(parsed.unknown)
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By |2023-06-25 08:46:00|Views ()", {"author": "", "published": "2023-06-25 08:46", "views": ""}),
        (
            "Release Time:2023-11-24Source:Clicks:695Author:",
            {"published": "2023-11-24 00:00", "source": "", "views": 695, "author": ""},
        ),
        (
            "作者：林夕来源：科研处发布时间：2022-01-02浏览次数：46",
            {"author": "林夕", "source": "科研处", "published": "2022-01-02 00:00", "views": 46},
        ),
        ("發佈日期︰2022年1月2日　點閱數︰1,286", {"published": "2022-01-02 00:00", "views": 1286}),
        (
            "作 者：林夕    来 源：党委宣传部    点击数：1.2万",
            {"author": "林夕", "source": "党委宣传部", "views": 12000},
        ),
        ("2022年01月02日 11:22 林夕 宋遥", {"published": "2022-01-02 11:22", "author": "林夕、宋遥"}),
        ("2022-01-02 临江日报", {"published": "2022-01-02 00:00", "source": "临江日报"}),
        ("Linjiang Daily | 4 Dec 2024", {"source": "Linjiang Daily", "published": "2024-12-04 00:00"}),
        ("Mei Lin Updated on 2022-01-02", {"author": "Mei Lin", "updated": "2022-01-02 00:00"}),
        ("Posted on May 5, 2021 by Mei Lin", {"published": "2021-05-05 00:00", "author": "Mei Lin"}),
        (
            "发表于2022-01-02 11:22| 46次阅读| 来源科研处| 0 条评论| 作者林夕",
            {"published": "2022-01-02 11:22", "views": 46, "source": "科研处", "other": "0 条评论", "author": "林夕"},
        ),
        ("点击：12862022-09-30 18:11责编：林夕", {"views": 1286, "published": "2022-09-30 18:11", "editor": "林夕"}),
        ("浏览量： 2021/12/11 18:38", {"views": "", "published": "2021-12-11 18:38"}),
        (
            "发布时间：2019-05-01??浏览：12??作者：林夕",
            {"published": "2019-05-01 00:00", "views": 12, "author": "林夕"},
        ),
        ("（文/图：林夕 审核：宋遥）", {"author": "林夕", "photographer": "林夕", "reviewer": "宋遥"}),
        ("（文/林夕 图/宋遥）", {"author": "林夕", "photographer": "宋遥"}),
        ("文 | 林夕   图 | 宋遥", {"author": "林夕", "photographer": "宋遥"}),
        ("(林夕/编辑)", {"editor": "林夕"}),
        ("[责任编辑：林夕 PK155]", {"editor": "林夕", "unknown": ["PK155"]}),
        ("本报记者 林夕 宋遥", {"author": "林夕、宋遥"}),
        ("供稿：机械工程学院 审核：王　伟", {"source": "机械工程学院", "reviewer": "王伟"}),
        ("【发布日期：2020-01-02】【浏览次数：[46]】", {"published": "2020-01-02 00:00", "views": 46}),
        ("审核:编辑:", {"reviewer": "", "editor": ""}),
        ("撰文 | 林夕 摄影 | 宋遥 编辑丨王伟", {"author": "林夕", "photographer": "宋遥", "editor": "王伟"}),
        ("文字丨学生记者团 图片丨宋遥", {"author": "学生记者团", "photographer": "宋遥"}),
        ("作者：林夕 (Lin Xi)", {"author": "林夕 (Lin Xi)"}),
        (
            "By Lin Xi (School of Physics)  2024-03-01",
            {"author": "Lin Xi (School of Physics)", "published": "2024-03-01 00:00"},
        ),
        ("Text by Lin Xi, photos by Song Yao", {"author": "Lin Xi", "photographer": "Song Yao"}),
        ("Date: 04/12/2024", {"published": "", "unknown": ["04/12/2024"]}),
    ],
)
def test_a_header_line_tells_its_fields(line: str, expected: Told) -> None:
    assert told(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "会议时间：2023年12月5日 14:30",
        "时间：12月5日14:30",
        "地点：行政楼201",
        "Time: 10:00-12:00",
        "12月2日上午，相关负责人在行政楼会议室举行座谈。",
        "阅读 3本书",
        "编辑部召开选题会",
        "The editors met on Monday to discuss the source of the river",
        "联系人：林夕 电话：12345678",
        "此前报道：港口新码头开工 首批货轮下月“靠泊”",
        "Photo: Students on the lawn in May",
        "Source: the river rises in the north",
        "一、工作要求：",
        "",
    ],
)
def test_running_text_and_announcements_are_no_header(line: str) -> None:
    assert told(line) is None


def test_labels_are_the_same_in_both_scripts_and_widths() -> None:
    label = LABEL.match(fold("責任編輯"))
    assert label is not None
    assert [field.value for field in fields_of(label[0])] == ["editor"]
    assert fold("ＡＢＣ：來源") == "abc:来源"
