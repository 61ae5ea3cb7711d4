"""The content security policy and the interface language of each address."""

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from articles import middleware

pytestmark = pytest.mark.django_db


def policy(client: Client, address: str) -> dict[str, list[str]]:
    header = client.get(address).headers["Content-Security-Policy"]
    return {words[0]: words[1:] for part in header.split(";") if (words := part.split())}


@pytest.mark.parametrize("address", ["/", "/en/", "/nowhere/", "/search/?q=a", "/feed/"])
def test_public_pages_allow_nothing_but_this_site(client: Client, address: str) -> None:
    found = policy(client, address)

    assert found.pop("default-src") == found.pop("base-uri") == found.pop("frame-ancestors") == ["'none'"]
    assert set(found) >= {"script-src", "style-src", "img-src", "form-action"}
    assert all(sources == ["'self'"] for sources in found.values())


def test_admin_pages_allow_scripts_of_this_site_and_by_nonce(client: Client) -> None:
    found = policy(client, "/admin/login/")

    assert found["default-src"] == found["base-uri"] == ["'none'"]
    assert found["script-src"][0] == "'self'"
    assert re.fullmatch(r"'nonce-[A-Za-z0-9_-]{22}'", found["script-src"][1])
    assert len(found["script-src"]) == 2
    assert found["frame-ancestors"] == found["form-action"] == ["'self'"]


def test_each_answer_has_a_nonce_of_its_own_which_its_page_uses(admin_client: Client) -> None:
    nonces = set()
    for _ in range(3):
        response = admin_client.get("/admin/articles/article/add/")
        nonce = re.findall(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
        inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", response.content.decode())
        scripts = [tag for tag in inline if "application/json" not in tag]
        assert all(f'nonce="{nonce[0]}"' in tag for tag in scripts), scripts
        nonces |= set(nonce)
    assert len(nonces) == 3


def test_a_policy_that_a_view_sets_itself_stays() -> None:
    request = HttpRequest()
    request.path = "/media/x.pdf"
    answer = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    assert middleware.ContentSecurityPolicy(lambda _: answer)(request).headers["Content-Security-Policy"] == "sandbox"


def test_every_page_refuses_camera_and_place(client: Client) -> None:
    for address in ("/", "/admin/login/"):
        assert client.get(address).headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"


@pytest.mark.parametrize(
    ("address", "accepts", "language"),
    [
        ("/", "", "zh-hans"),
        ("/", "en", "zh-hans"),
        ("/en/", "", "en"),
        ("/en/", "zh-CN", "en"),
        ("/nowhere/", "en", "zh-hans"),
    ],
)
def test_public_pages_have_the_language_of_their_address(
    client: Client, address: str, accepts: str, language: str
) -> None:
    response = client.get(address, headers={"Accept-Language": accepts})
    assert response.headers["Content-Language"].lower() == language


@pytest.mark.parametrize(
    ("cookie", "accepts", "language"),
    [
        ("", "", "zh-hans"),
        ("", "en", "en"),
        ("", "zh-CN,zh;q=0.9", "zh-hans"),
        ("", "fr", "zh-hans"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en", "zh-hans"),
        ("../../etc", "en", "en"),
    ],
)
def test_the_admin_speaks_the_language_of_the_cookie_or_of_the_browser(
    client: Client, settings: Any, cookie: str, accepts: str, language: str
) -> None:
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    response = client.get("/admin/login/", headers={"Accept-Language": accepts})

    assert response.headers["Content-Language"] == language
    assert f'lang="{language}"' in response.content.decode()


def test_the_language_of_one_request_does_not_reach_the_next(client: Client) -> None:
    assert client.get("/en/").headers["Content-Language"] == "en"
    assert client.get("/").headers["Content-Language"].lower() == "zh-hans"
