"""The README is true: every variable, command, address and key that others rely on stands in it."""

import re
from pathlib import Path

from django.core.management import get_commands

from newsroom.bootstrap import BASE_DIR

README = (BASE_DIR / "README.md").read_text("utf-8")


def test_every_environment_variable_that_the_code_reads_is_in_the_readme() -> None:
    code = "".join(
        path.read_text("utf-8") for room in ("newsroom", "articles") for path in (BASE_DIR / room).rglob("*.py")
    )
    read = set(re.findall(r'"((?:NEWSROOM_[A-Z_]+|DATABASE_URL))"', code))
    assert sorted(name for name in read if f"`{name}`" not in README) == []


def test_every_environment_variable_in_the_readme_is_read_by_the_code() -> None:
    code = "".join(
        path.read_text("utf-8") for room in ("newsroom", "articles") for path in (BASE_DIR / room).rglob("*.py")
    )
    named = set(re.findall(r"`((?:NEWSROOM_[A-Z_]+|DATABASE_URL))`", README))
    assert sorted(name for name in named if f'"{name}"' not in code) == []


def test_every_command_of_our_own_is_in_the_readme() -> None:
    own = [name for name, app in get_commands().items() if app == "articles"]
    assert sorted(name for name in own if f"manage.py {name}" not in README) == []


def test_every_dependency_has_its_line() -> None:
    project = (BASE_DIR / "pyproject.toml").read_text("utf-8")
    block = project.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    names = re.findall(r'"([a-z0-9-]+)', block)
    table = README.split("## Dependencies", 1)[1].split("\n## ", 1)[0]
    assert [name for name in names if name not in table] == []


def test_the_top_level_holds_what_is_agreed_and_nothing_else() -> None:
    agreed = {
        "manage.py", "pyproject.toml", "README.md", "newsroom", "articles", "templates", "fixtures", "tests",
        "LICENSE", "CHANGELOG.md", "SECURITY.md", "requirements.txt", "requirements-dev.txt", "var",
    }  # fmt: skip
    found = {path.name for path in Path(BASE_DIR).iterdir() if not path.name.startswith(".")}
    assert found - agreed == set()
