import pytest

from articles.text.pinyin import remove_notes

CONVERTED = "產(chǎn)業(yè)創(chuàng)新發(fā)展，產(chǎn)學(xué)研融通。"


def test_a_converters_readings_are_taken_out() -> None:
    assert remove_notes(CONVERTED) == ("產業創新發展，產學研融通。", 6, 0)


def test_a_character_split_by_a_note_is_rebuilt_when_its_bytes_prove_it() -> None:
    damaged = CONVERTED + "這是重要?jiǎng)?chuàng)新舉措。"
    assert remove_notes(damaged) == ("產業創新發展，產學研融通。這是重要創新舉措。", 6, 1)


def test_bytes_shifted_by_a_note_are_put_back() -> None:
    assert remove_notes(CONVERTED + "談?wù)摿伺_灣") == ("產業創新發展，產學研融通。談論了臺灣", 6, 1)


def test_what_cannot_be_proved_stays() -> None:
    assert remove_notes(CONVERTED + "工作?，F(xiàn)在?;竟") == ("產業創新發展，產學研融通。工作?，F(xiàn)在?;竟", 6, 0)


@pytest.mark.parametrize(
    "text",
    [
        "北京(beijing)是首都，重五公斤(kg)，见图(a)。",
        "孩子长(zhǎng)大了，长(zhǎng)城很长(cháng)。",
        "鱻(xiān)字由三个鱼组成，鱻很少见，垚(yáo)、犇(bēn)、猋(biāo)也少见，鱻又出现了。",
        "發(fā)展",
        "發(fa)展產(chan)業(ye)創(chuang)新發(fa)展",
        "Ordinary text (with a note) and no Chinese at all.",
    ],
)
def test_readings_that_a_writer_gave_stay(text: str) -> None:
    assert remove_notes(text) == (text, 0, 0)
