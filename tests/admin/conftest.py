"""Browsers of the people of the office, each signed in and reading English."""

import pytest
from django.contrib.auth.models import User
from django.test import Client


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@pytest.fixture
def as_writer(writer: User) -> Client:
    return signed_in(writer)


@pytest.fixture
def as_editor(editor: User) -> Client:
    return signed_in(editor)


@pytest.fixture
def as_chief(chief: User) -> Client:
    return signed_in(chief)
