"""Sections keep the address that readers know, and people see their groups in their own language."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from articles.admin.people import NAMES, PersonForm, named
from articles.models import Section
from tests import make
from tests.admin.conftest import signed_in
from tests.admin.pages import fields


def test_the_address_of_a_section_with_articles_stays(as_chief: Client) -> None:
    section = make.section()
    make.article("A day", section=section)
    address = reverse("admin:articles_section_change", args=[section.pk])
    response = as_chief.get(address)
    page = response.content.decode()
    assert "slug" not in fields(response, "section_form")
    assert "The section has articles, and readers know its address: it stays." in page
    as_chief.post(address, {"name_zh": "科研", "name_en": "Science", "slug": "science"})
    section.refresh_from_db()
    assert (section.name_zh, section.name_en, section.slug) == ("科研", "Science", "research")


def test_the_address_of_an_empty_section_may_be_changed(as_chief: Client) -> None:
    section = make.section()
    address = reverse("admin:articles_section_change", args=[section.pk])
    assert fields(as_chief.get(address), "section_form")["slug"] == "research"
    as_chief.post(address, {"name_zh": "科研", "name_en": "Science", "slug": "science"})
    assert Section.objects.get().slug == "science"


def test_a_new_section_is_typed_with_its_address(as_chief: Client) -> None:
    as_chief.post(reverse("admin:articles_section_add"), {"name_zh": "科研", "name_en": "Science", "slug": "science"})
    assert Section.objects.values_list("slug", "order").get() == ("science", 10)


@pytest.mark.django_db
def test_a_person_is_put_into_groups_under_their_translated_names() -> None:
    Group.objects.create(name="广播站")
    assert set(NAMES) == set(Group.objects.exclude(name="广播站").values_list("name", flat=True))
    for language in ("en", "zh-hans"):
        with translation.override(language):
            choices = [label for _value, label in PersonForm().fields["groups"].choices]
            expected = {*(translation.gettext(name) for name in NAMES), "广播站"}
        assert set(choices) == expected


@pytest.mark.django_db
def test_the_form_of_a_person_saves_its_groups() -> None:
    root = User.objects.create_superuser("root", password="a long password")
    client = signed_in(root)
    address = reverse("admin:auth_user_change", args=[root.pk])
    response = client.get(address)
    assert isinstance(response.context["adminform"].form, PersonForm)
    editors = Group.objects.get(name="Editors")
    form = {**fields(response, "user_form"), "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    posted = client.post(address, {**form, "groups": [str(editors.pk)], "user_permissions": []})
    assert (posted.status_code, [named(group) for group in root.groups.all()]) == (302, ["Editors"])


@pytest.mark.django_db
def test_a_new_person_in_a_group_may_sign_in() -> None:
    client = signed_in(User.objects.create_superuser("root", password="a long password"))
    add = reverse("admin:auth_user_add")
    form = fields(client.get(add), "user_form")
    assert form["is_staff"] == "on"
    writers = Group.objects.get(name="Writers")
    typed = {
        "username": "林见川",
        "password1": "一个相当长的密码 2026",
        "password2": "一个相当长的密码 2026",
        "groups": [str(writers.pk)],
    }
    assert client.post(add, {**form, **typed}).status_code == 302
    person = User.objects.get(username="林见川")
    assert (person.is_staff, person.has_perm("articles.add_article")) == (True, True)
    listed = client.get(reverse("admin:auth_user_changelist")).content.decode()
    assert "Writers" in listed
