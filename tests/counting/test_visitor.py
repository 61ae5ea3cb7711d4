"""A person or a robot; whose address is believed; what a key tells."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import crawleruseragents
import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from articles.counting import visitor
from tests.counting.agents import FIREFOX, PEOPLE, ROBOTS, WECHAT

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 3, 9, 30, tzinfo=SHANGHAI)


def key(folder: Path, *, at: datetime = MORNING, agent: str = FIREFOX, **meta: str) -> bytes:
    environ = RequestFactory().get("/", HTTP_USER_AGENT=agent, **meta).META
    return visitor.keys(environ, seconds=int(at.timestamp()), folder=folder).today


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_is_a_person(agent: str) -> None:
    assert visitor.is_robot(agent) is False


@pytest.mark.parametrize("agent", ROBOTS)
def test_a_program_is_a_robot(agent: str) -> None:
    assert visitor.is_robot(agent) is True


def test_every_agent_of_the_kept_list_is_a_robot() -> None:
    agents = [agent for robot in crawleruseragents.CRAWLER_USER_AGENTS_DATA for agent in robot["instances"]]
    assert [agent for agent in agents if not visitor.is_robot(agent)] == []
    assert len(agents) > 2_000


@given(st.text())
def test_any_agent_is_judged(agent: str) -> None:
    assert visitor.is_robot(agent) in {True, False}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "192.0.2.1"),
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        (1, "1.1.1.1,,  ,198.51.100.7", "198.51.100.7"),
        (2, "1.1.1.1, 198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "198.51.100.7", "198.51.100.7"),
        (1, "198.51.100.7:50123", "198.51.100.7"),
        (1, "[2001:DB8::1]:443", "2001:db8::1"),
        (1, "2001:db8:0:0::1", "2001:db8::1"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "unknown", "unknown"),
    ],
)
def test_only_the_address_that_our_proxies_vouch_for_is_believed(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    meta = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", HTTP_X_REAL_IP="9.9.9.9", HTTP_FORWARDED="for=8.8.8.8", **meta
    )
    assert visitor.address(request.META) == expected


def test_a_server_that_gives_a_port_or_no_address_is_no_trouble() -> None:
    assert visitor.address(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1:40000").META) == "192.0.2.1"
    assert visitor.address(RequestFactory().get("/", REMOTE_ADDR="").META) == ""


def test_one_visitor_has_one_key_a_day_and_others_have_others(tmp_path: Path) -> None:
    first = key(tmp_path, REMOTE_ADDR="192.0.2.1")
    assert key(tmp_path, REMOTE_ADDR="192.0.2.1", at=MORNING.replace(hour=23, minute=59)) == first
    others = [
        key(tmp_path, REMOTE_ADDR="192.0.2.2"),
        key(tmp_path, REMOTE_ADDR="192.0.2.1", agent=WECHAT),
        key(tmp_path, REMOTE_ADDR="192.0.2.1", at=MORNING.replace(day=4)),
    ]
    assert len({first, *others}) == 4
    assert len(first) == 12


def test_forged_headers_and_cookies_do_not_make_another_visitor(tmp_path: Path) -> None:
    plain = key(tmp_path, REMOTE_ADDR="192.0.2.1")
    forged = key(
        tmp_path, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="1.1.1.1", HTTP_X_REAL_IP="1.1.1.1", HTTP_COOKIE="a=b"
    )
    assert forged == plain


def test_nothing_about_a_reader_is_written(tmp_path: Path) -> None:
    key(tmp_path, REMOTE_ADDR="203.0.113.77")
    [salt] = tmp_path.iterdir()
    assert salt.name == "salt-2026-11-03"
    assert b"203.0.113.77" not in salt.read_bytes()
    assert json.dumps(FIREFOX).encode() not in salt.read_bytes()


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, visitor.Device.COMPUTER),
        (WECHAT, visitor.Device.WECHAT),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari",
            visitor.Device.TABLET,
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
            visitor.Device.TABLET,
        ),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile Safari/537.36", visitor.Device.PHONE),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E Safari", visitor.Device.PHONE),
        ("Mozilla/5.0 (of another planet)", visitor.Device.UNKNOWN),
        ("curl/8.5.0", visitor.Device.UNKNOWN),
    ],
)
def test_the_agent_tells_the_device(agent: str, device: visitor.Device) -> None:
    assert visitor.look(agent).device == device


@pytest.mark.parametrize(
    ("sent", "host"),
    [
        ("https://www.baidu.com/s?wd=校庆", "baidu.com"),
        ("http://Mail.Example.org:8080/x", "mail.example.org"),
        ("https://news.example.edu/articles/1/", ""),
        ("https://user:password@example.org/", ""),
        ("android-app://com.tencent.mm/", ""),
        ("javascript:alert(1)", ""),
        ("https://=cmd|x/", ""),
        ("", ""),
    ],
)
def test_of_a_referrer_only_another_sites_host_is_kept(sent: str, host: str) -> None:
    environ = {"HTTP_REFERER": sent, "HTTP_HOST": "news.example.edu:8000"}
    assert visitor.referrer(environ) == host


def test_for_the_length_of_the_window_after_midnight_yesterdays_key_is_known(settings: Any, tmp_path: Path) -> None:
    settings.REPEAT_SECONDS = 1800
    environ = {"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": "192.0.2.1"}
    midnight = int(MORNING.replace(hour=0, minute=0).timestamp())
    before = visitor.keys(environ, seconds=midnight - 1, folder=tmp_path)
    after = visitor.keys(environ, seconds=midnight + 1799, folder=tmp_path)
    later = visitor.keys(environ, seconds=midnight + 1800, folder=tmp_path)
    assert (before.former, after.former, later.former) == (b"", before.today, b"")
    assert after.today == later.today != before.today
