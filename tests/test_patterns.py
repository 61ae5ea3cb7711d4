"""Regular expressions keep to what every Python from 3.11.0 on gets right."""

import re

from newsroom.bootstrap import BASE_DIR

# Before 3.11.4 a possessive or atomic group keeps what an alternative matched before it failed:
# re.match(r"(?:a|bc?d)*+", "abc") finds "ab" there. Possessive characters, as in \s*+, are sound.
POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{\d*,?\d*\})\+")


def test_no_pattern_has_a_possessive_group() -> None:
    found = [
        f"{path.relative_to(BASE_DIR)}:{number}"
        for path in sorted((BASE_DIR / "articles").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if POSSESSIVE_GROUP.search(line)
    ]
    assert found == []
