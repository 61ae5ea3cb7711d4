"""The plain-text reader: whole documents in, whole records out."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.documents import headers, layout, plain
from articles.documents.document import Circumstances, Reading, Status
from articles.text import encodings, repairs

AT = datetime(2026, 11, 3, tzinfo=UTC)
TEXT = "12月2日下午，双方代表在行政楼座谈，就下一阶段的合作交换意见。\n\n会后，代表们参观了实验室和图书馆。"
TEXT_EN = "Staff and students met on Monday and talked about the coming term.\n\nA report follows at the end of May."


def read(text: str) -> Reading:
    return plain.read(text.encode(), Circumstances(AT))


def told(text: str, *names: str) -> dict[str, Any]:
    """The named properties of what was read, dates as text."""
    document = read(text).document
    found = {name: getattr(document, name) for name in names}
    if found.get("published"):
        found["published"] = f"{found['published'].when:%Y-%m-%d %H:%M} {found['published'].precision}"
    return found


def warnings(text: str) -> list[str]:
    with translation.override("en"):
        return [str(note) for note in read(text).warnings]


@pytest.mark.parametrize(
    ("above", "title", "subtitle"),
    [
        ("双方座谈会举行\n\n来源：本站 2024-12-04", "双方座谈会举行", ""),
        ("新闻中心\n\n当前位置：首页 >> 新闻\n\n双方座谈会在我校举行\n\n2024-12-04", "双方座谈会在我校举行", ""),
        ("双方座谈会举行\n——合作进入新阶段\n2024-12-04", "双方座谈会举行", "合作进入新阶段"),
        ("我校与临江精密仪器有限公司\n签署合作协议\n2024-12-04", "我校与临江精密仪器有限公司签署合作协议", ""),
        (
            "University Signs Agreement With\nLinjiang Precision\n2024-12-04",
            "University Signs Agreement With Linjiang Precision",
            "",
        ),
        ("2024-12-04 来源：本站\n双方座谈会举行", "双方座谈会举行", ""),
        ("第3版：要闻\n双方座谈会在我校举行\n2024-12-04", "双方座谈会在我校举行", ""),
        ("图书馆开馆啦！\n\n2024-12-04", "图书馆开馆啦！", ""),
        ("双方座谈会举行", "双方座谈会举行", ""),
        ("通知公告\n\n2024-12-04", "通知公告", ""),
    ],
)
def test_the_title_is_found_under_what_pages_put_above_it(above: str, title: str, subtitle: str) -> None:
    document = read(f"{above}\n\n{TEXT}").document
    assert (document.title, document.subtitle, len(document.blocks)) == (title, subtitle, 2)


def test_labels_and_values_may_stand_on_lines_of_their_own() -> None:
    text = f"双方座谈会举行\n来源：\n本站\n| 编辑：\n管理员\n| 作者：\n| 日期：\n2024-12-04\n| 浏览：\n400\n{TEXT}"
    assert told(text, "source", "editor", "author", "published", "initial_views") == {
        "source": "本站",
        "editor": "管理员",
        "author": "",
        "published": "2024-12-04 00:00 day",
        "initial_views": 400,
    }


def test_credits_and_navigation_below_the_text_are_taken_out() -> None:
    text = f"双方座谈会举行\n2024-12-04\n{TEXT}\n（文：林夕 图：宋遥 审核：段青 责编：岑微）\n上一条：旧闻\n下一条：没有了\n【关闭】"
    assert told(text, "author", "photographer", "reviewer", "editor", "paragraphs") == {
        "author": "林夕",
        "photographer": "宋遥",
        "reviewer": "段青",
        "editor": "岑微",
        "paragraphs": TEXT.split("\n\n"),
    }
    assert warnings(text) == [
        "Left out as navigation, banner or empty label: “上一条：旧闻”, “下一条：没有了”, “【关闭】”."
    ]


def test_the_header_goes_before_the_credits_and_the_difference_is_told() -> None:
    text = f"双方座谈会举行\n2024-12-04 作者：林夕\n{TEXT}\n（作者：宋遥）"
    assert told(text, "author") == {"author": "林夕"}
    assert warnings(text) == ["The document also gives “宋遥” (author); “林夕” was kept."]


def test_a_named_author_goes_before_the_account_that_posted() -> None:
    assert told(f"双方座谈会举行\n2024-12-04 发布者：admin\n{TEXT}\n（撰稿：林夕）", "author") == {"author": "林夕"}


def test_reporters_and_correspondents_wrote_it_together() -> None:
    assert told(f"双方座谈会举行\n2024-12-04\n记者：林夕 通讯员：宋遥\n{TEXT}", "author") == {"author": "林夕、宋遥"}


def test_pictures_stand_where_their_names_stood() -> None:
    first, second = TEXT.split("\n\n")
    text = f"双方座谈会举行\n\n2024-12-04\n\na.jpg\n\n{first}\n\nb 1.png\n图为座谈会现场。\n\n{second}\n\nc.png\n\n   d.png"
    assert [(image.name, image.after_paragraph, image.caption) for image in read(text).document.images] == [
        ("a.jpg", 0, ""),
        ("b 1.png", 1, "图为座谈会现场。"),
        ("c.png", 2, ""),
        ("d.png", 2, ""),
    ]


def test_places_of_lost_pictures_are_told() -> None:
    first, second = TEXT.split("\n\n")
    assert warnings(f"双方座谈会举行\n\n2024-12-04\n\n{first}\n\n\n\n\n{second}\n\n{first}") == [
        "Pictures seem to be missing after these paragraphs: 1."
    ]
    assert warnings(f"双方座谈会举行\n\n\n\n2024-12-04\n\n\n\n{first}\n\n\n\n{second}") == []


def test_attachments_are_no_paragraphs() -> None:
    document = read(f"双方座谈会举行\n2024-12-04\n{TEXT}\n附件1：名单.docx\n计划.pdf").document
    assert [attachment.name for attachment in document.attachments] == ["名单.docx", "计划.pdf"]
    assert document.paragraphs == TEXT.split("\n\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"双方座谈会举行\n{TEXT}", "The document names no date of publication; it is imported as a draft for review."),
        (f"双方座谈会举行\n日期：04/12/2024\n{TEXT}", "A date can be read in two ways and was not used: “04/12/2024”."),
        (f"双方座谈会举行\n2031-01-01\n{TEXT}", "The date 2031-01-01 is in the future or before 1990."),
        (f"双方座谈会举行\n{TEXT}\n党委宣传部\n2024年12月4日", "The date was taken from the last lines of the text."),
        (f"{TEXT}", "No line of the document can be its title."),
        ("双方座谈会举行\n2024-12-04\na.jpg", "The document has pictures, but no text."),
        ("Ab\n2024-12-04\n大小多少。", "The language of the text is not certain; zh-Hans was assumed."),
        (
            f"双方座谈会举行\n2024-12-04\n{TEXT}\ufffd",
            "Characters lost before the import (U+FFFD): 1, the first as character 71.",
        ),
    ],
)
def test_what_a_person_must_look_at_goes_to_review(text: str, sentence: str) -> None:
    assert read(text).status is Status.REVIEW
    assert sentence in warnings(text)


def test_a_sign_off_stays_in_the_text() -> None:
    text = f"双方座谈会举行\n{TEXT}\n党委宣传部\n2024年12月4日"
    assert told(text, "published", "paragraphs") == {
        "published": "2024-12-04 00:00 day",
        "paragraphs": [*TEXT.split("\n\n"), "党委宣传部", "2024年12月4日"],
    }


def test_an_announcement_keeps_its_time_and_place() -> None:
    text = f"学术报告\n时间：2026年11月12日 14:30\n地点：行政楼201\n主讲人：林夕\n{TEXT}"
    assert read(text).document.published is None
    assert read(text).document.paragraphs[:3] == ["时间：2026年11月12日 14:30", "地点：行政楼201", "主讲人：林夕"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The document has no text."),
        (b"\xef\xbb\xbf\n \n", "The document has no text."),
        ("双方座谈会举行\n2024-12-04".encode(), "The document has no text beside its title “双方座谈会举行”."),
        (b"\0" * 100, "The document is not text: it has 100 control characters."),
        ("新闻".encode() * 9 + b"\xff", "Byte 54 of the document fits no known text encoding."),
        (b"x" * (plain.LARGEST + 1), "The document has 8388609 bytes; at most 8388608 are read."),
        (b"x" * 200_001, "A line of the document has 200001 characters; at most 200000 are read."),
        (b"\n" * 50_001, "The document has 50001 lines; at most 50000 are read."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    reading = plain.read(data, Circumstances(AT))
    with translation.override("en"):
        assert (reading.status, str(reading.warnings[-1])) == (Status.REFUSED, sentence)


def test_repairs_come_before_the_header_is_read() -> None:
    notes = "產(chǎn)業(yè)創(chuàng)新發(fā)展，產(chǎn)學(xué)研融通。"
    reading = read(
        f"產(chǎn)業(yè)座談會(huì)\u00a0舉行\n來(lái)源：本站 2024-12-04\n{notes}\n會(huì)議後，來(lái)賓參觀圖書館。"
    )
    assert (reading.document.title, reading.document.source, reading.repairs) == (
        "產業座談會 舉行",
        "本站",
        {"nbsp": 1, "pinyin_notes": 12},
    )


# ---------------------------------------------------------------- nothing is lost, nothing raises
LINES = st.sampled_from(
    [
        *["双方座谈会举行", "——合作进入新阶段", "News Center", "当前位置：首页 >> 新闻", "上一条：旧闻", "关闭", "•"],
        *["2024-12-04", "来源：", "本站", "作者：林夕", "By |2023-06-25 08:46:00|Views ()", "编辑：岑微2024-01-01"],
        *[
            "Release Time:2023-11-24Source:Clicks:695Author:",
            "栏目：综合新闻 字体：大 中 小",
            "04/12/2024",
            "发布：昨天",
        ],
        *[
            "a.jpg",
            "b.png c.png",
            "图为座谈会现场。",
            "附件1：名单.docx",
            "plan.pdf",
            "（文：林夕 图：宋遥）",
            "(岑微/编辑)",
        ],
        *["时间：2026年11月12日", "地点：行政楼201", "记者 林夕 宋遥", "党委宣传部", "阅读：12 评论：3", "作者：宋遥"],
        *TEXT.split("\n\n"),
        *TEXT_EN.split("\n\n"),
        *["", "", "", "\u00a0", "发(fā)", "1286次", "临江日报 2022-01-02", "x" * 500, "?？", "http://www.example.org/"],
    ]
)


def shown(reading: Reading) -> str:
    """All that came out of a document."""
    document = reading.document
    parts = [document.title, document.subtitle, *document.paragraphs, *map(str, reading.warnings)]
    parts += [document.author, document.source, document.editor, document.reviewer, document.photographer]
    parts += [image.name for image in document.images] + [image.caption for image in document.images]
    parts += [attachment.name for attachment in document.attachments] + [str(document.initial_views)]
    return "\n".join(" ".join(part.split()) for part in parts)


def is_accounted_for(line: str, reading: Reading, out: str) -> bool:
    """The line is there as it stands, or each of its values is."""
    if " ".join(line.split()) in out or line.strip("—•/") in out:
        return True
    parsed = headers.parse(line)
    if parsed is not None:
        values = [entry.value for entry in parsed.entries if entry.value] + list(parsed.unknown)
        values += [str(entry.number) for entry in parsed.entries if entry.number is not None]
        return all(part in out for value in values for part in value.split("、"))
    return all(name in out for name in line.replace("附件1：", "").split()) or line.isdigit()


@settings(deadline=None)
@given(st.lists(LINES, max_size=25))
def test_every_line_ends_as_a_field_as_text_or_in_a_warning(lines: list[str]) -> None:
    text = "\n".join(lines)
    with translation.override("en"):
        reading = read(text)
        out = shown(reading)
        lost = [
            line.text
            for line in layout.lines_of(repairs.repair(text).text)
            if not is_accounted_for(line.text, reading, out)
        ]
    assert lost == [] or reading.status is Status.REFUSED


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.lists(LINES, max_size=25).map(lambda lines: "\n".join(lines).encode("gb18030"))
    )
)
def test_any_bytes_give_a_reading(data: bytes) -> None:
    reading = plain.read(data, Circumstances(AT))
    assert (reading.status is Status.REFUSED) == (not reading.document.blocks and not reading.document.images)
    assert [str(note) for note in reading.warnings if not str(note)] == []


@settings(deadline=None)
@given(st.lists(st.sampled_from([*TEXT.split("\n\n"), *TEXT_EN.split("\n\n")]), min_size=1, max_size=12))
def test_ordinary_paragraphs_are_never_changed(paragraphs: list[str]) -> None:
    text = "\n\n".join(["A Meeting in the Old Library", "2024-12-04", *paragraphs])
    assert read(text).document.paragraphs == paragraphs


def test_bytes_of_every_encoding_give_the_same_reading() -> None:
    text = f"双方座谈会举行\n\n2024-12-04 作者：林夕\n\n{TEXT}"
    documents = {
        plain.read(text.encode(name), Circumstances(AT)).document
        for name in ("utf-8-sig", "gb18030", "utf-16", "utf-16-be")
    }
    assert documents == {read(text).document}
    assert encodings.decode(text.encode("gb18030")).encoding == "gb18030"


@pytest.mark.parametrize(
    ("credits", "author", "photographer"),
    [
        ("（林夕 文/图）", "林夕", "林夕"),
        ("（林夕 摄）", "", "林夕"),
        ("（通讯员 林夕 宋遥）", "林夕、宋遥", ""),
        ("Text: Mei Lin  Photos: Anna Becker", "Mei Lin", "Anna Becker"),
        ("记者 林夕 摄影 宋遥", "林夕", "宋遥"),
    ],
)
def test_credits_need_no_colon(credits: str, author: str, photographer: str) -> None:
    text = f"双方座谈会举行\n2024-12-04\n{TEXT}\n{credits}"
    assert told(text, "author", "photographer", "paragraphs") == {
        "author": author,
        "photographer": photographer,
        "paragraphs": TEXT.split("\n\n"),
    }


def test_what_pages_write_beside_a_date_is_understood() -> None:
    text = f"双方座谈会举行\n双方座谈会举行\n新华社\n2024-12-04 10:00\n字号\n大\n中\n小\n举报\n326\n分享到：\n{TEXT}"
    assert told(text, "title", "source", "published", "paragraphs") == {
        "title": "双方座谈会举行",
        "source": "新华社",
        "published": "2024-12-04 10:00 minute",
        "paragraphs": TEXT.split("\n\n"),
    }


def test_a_title_may_be_labelled() -> None:
    text = f"通知\n标题：双方座谈会举行\n日期：2024-12-04\n{TEXT}"
    assert told(text, "title", "published") == {"title": "双方座谈会举行", "published": "2024-12-04 00:00 day"}


def test_names_at_the_end_of_a_paragraph_are_fields_and_stay_in_the_text() -> None:
    text = f"双方座谈会举行\n2024-12-04\n{TEXT}（文：林夕 图：宋遥）"
    assert told(text, "author", "photographer", "paragraphs") == {
        "author": "林夕",
        "photographer": "宋遥",
        "paragraphs": f"{TEXT}（文：林夕 图：宋遥）".split("\n\n"),
    }


def test_a_short_title_above_the_only_line_is_no_banner() -> None:
    assert told("Campus opens\n\nSome words about the campus without a full stop", "title", "paragraphs") == {
        "title": "Campus opens",
        "paragraphs": ["Some words about the campus without a full stop"],
    }


def test_a_salutation_is_text() -> None:
    reading = read("关于闭馆的通知\n发布时间：2024年3月6日\n各位读者：\n因设备检修，图书馆将于三月十日闭馆一天。\n")
    assert reading.document.paragraphs == ["各位读者：", "因设备检修，图书馆将于三月十日闭馆一天。"]


@pytest.mark.parametrize(
    ("line", "tags"),
    [("关键词：植树 江边", ("植树", "江边")), ("Keywords: trees, river bank", ("trees", "river bank"))],
)
def test_words_below_the_text_are_tags(line: str, tags: tuple[str, ...]) -> None:
    text = f"三百棵树苗种下了\n\n发布时间：2024-03-12\n\n三百棵树苗今天在江边种下。\n\n天气很冷，大家都很高兴。\n\n{line}\n"
    document = read(text).document
    assert (document.tags, len(document.blocks)) == (tags, 2)
