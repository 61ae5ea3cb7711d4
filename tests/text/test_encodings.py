import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text import encodings
from articles.text.encodings import Decoded, Undecodable, decode

SIMPLIFIED = "我校与临江精密仪器有限公司签署合作协议，双方将在人才培养方面开展合作。"
TRADITIONAL = "本校與金陵化工集團簽署合作備忘錄，雙方將在人才培養方面展開合作。"
ENGLISH = "The library’s new wing opens – at last."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SIMPLIFIED.encode(), Decoded(SIMPLIFIED, "utf-8")),
        (SIMPLIFIED.encode("utf-8-sig"), Decoded(SIMPLIFIED, "utf-8", marked=True)),
        (SIMPLIFIED.encode("utf-16"), Decoded(SIMPLIFIED, "utf-16-le", marked=True)),
        (b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"), Decoded(SIMPLIFIED, "utf-16-be", marked=True)),
        (ENGLISH.encode("utf-16-le"), Decoded(ENGLISH, "utf-16-le")),
        (("第一行\n" * 30).encode("utf-16-be"), Decoded("第一行\n" * 30, "utf-16-be")),
        (SIMPLIFIED.encode("gb18030"), Decoded(SIMPLIFIED, "gb18030")),
        (TRADITIONAL.encode("gb18030"), Decoded(TRADITIONAL, "gb18030")),
        (TRADITIONAL.encode("big5hkscs"), Decoded(TRADITIONAL, "big5hkscs")),
        (ENGLISH.encode("cp1252"), Decoded(ENGLISH, "cp1252")),
        (b"", Decoded("", "utf-8")),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(data: bytes, expected: Decoded) -> None:
    assert decode(data) == expected


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (SIMPLIFIED.encode() * 3 + b"\xe6\x88", 315 - 9 + 9),
        ("校运动会".encode() * 5 + b"\xff" + "开幕".encode(), 60),
        (b"\xff\xfea\x00b", 4),
        (b"text \xff\xff\xff\x00", 5),
    ],
)
def test_bytes_that_fit_no_encoding_are_refused_with_their_place(data: bytes, offset: int) -> None:
    with pytest.raises(Undecodable) as refusal:
        decode(data)
    assert refusal.value.offset == offset


def test_characters_lost_by_an_earlier_program_are_counted() -> None:
    assert decode("新\ufffd闻\ufffd".encode()) == Decoded("新\ufffd闻\ufffd", "utf-8", replaced=2, first_replaced=1)


def offset_or_losses(data: bytes) -> int:
    try:
        return decode(data).text.count("\ufffd")
    except Undecodable as refusal:
        return refusal.offset


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_a_refusal(data: bytes) -> None:
    assert 0 <= offset_or_losses(data) <= len(data)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_utf_8_comes_through_unchanged(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    if b"\0" not in data and not data.startswith((b"\xef\xbb\xbf", b"\xff", b"\xfe")):
        assert decode(data).text == data.decode()


def misread(text: str, encoding: str) -> str:
    """What a program stored that read UTF-8 as another encoding."""
    data = text.encode()
    if encoding == "cp1252":  # five bytes have no character there; programs keep them as they are
        return "".join(
            chr(byte) if byte in b"\x81\x8d\x8f\x90\x9d" else bytes([byte]).decode(encoding) for byte in data
        )
    return data.decode(encoding)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("text", ["海岬大学的潮汐实验室，向公众开放。", "Café “São Paulo” – a résumé"])
def test_utf8_that_was_read_as_western_text_is_read_again(text: str, encoding: str) -> None:
    beyond = sum(character > "\x7f" for character in text)
    assert encodings.as_meant(misread(text, encoding)) == (text, beyond)


def test_utf8_that_was_read_as_chinese_is_read_again() -> None:
    text = "海岬大学潮汐实验室开放，来宾参观造波水槽"
    assert encodings.as_meant(misread(text, "gb18030")) == (text, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "海岬大学的潮汐实验室，向公众开放。",
        "Ein Gespräch über Ästhetik in São Paulo, für 20 € – “naïve”",
        "Ã is a letter, and Ã© is what became of é.",
        "海岬大学 Ã©Ã¨",
        "學校舉行運動會，圖書館開館。",
        "联通",
        "",
    ],
)
def test_text_that_was_read_well_stays(text: str) -> None:
    assert encodings.as_meant(text) == (text, 0)
