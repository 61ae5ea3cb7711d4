"""The editor offers what the allowlist holds, and nothing else."""

from articles.admin import editor
from articles.text import markup

# Head and foot of a table are read and become ordinary rows; their cells stay header cells.
FLATTENED = frozenset({"thead", "tfoot"})


def test_every_element_of_the_allowlist_can_be_written_in_the_editor() -> None:
    written = frozenset().union(*editor.ELEMENTS.values())
    assert written | FLATTENED == markup.TAGS


def test_every_extension_is_offered_while_the_allowlist_holds_its_elements() -> None:
    assert set(editor.ELEMENTS) <= set(editor.extensions())
    assert editor.extensions()["Heading"] == {"levels": [2, 3, 4]}
    assert editor.extensions()["Link"]["protocols"] == sorted(markup.SCHEMES)
