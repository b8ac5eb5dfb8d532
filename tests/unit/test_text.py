"""Texts of messages: made once a version, and never more than the memory may hold."""

from dataclasses import replace

from models.dining_view import table_view
from models.events import changed
from models.house import Table
from models.message import Message
from models.payload import TableChanged
from models.text import Texts


def a_table(number: int = 1, version: int = 1) -> Table:
    return Table(
        id=f"table-{number}",
        restaurant_id="house",
        version=version,
        name=f"T{number}",
        zone="Garden",
        seats=4,
        token="t" * 22,
        position=number,
    )


def counted(table: Table, made: list[str]) -> Message:
    """Return the message about a table; `made` grows whenever its payload is built."""

    def payload() -> TableChanged:
        made.append(table.id)
        return TableChanged(table=table_view(table), change=None)

    return replace(changed(table)[0], payload=payload)


def test_a_text_is_made_once_a_version() -> None:
    texts, made = Texts(), list[str]()
    first = texts.of(a_table(), counted(a_table(), made))
    assert texts.of(a_table(), counted(a_table(), made)) == first
    assert made == ["table-1"]


def test_whatever_else_is_written_is_made_once_a_version_too() -> None:
    texts, made = Texts(), list[int]()

    def text(version: int, *key: str) -> str:
        def make() -> str:
            made.append(version)
            return f"{key} {version}"

        return texts.once(key, version, make)

    assert [text(1, "menu", "ro"), text(1, "menu", "ro"), text(1, "menu", "en"), text(2, "menu", "ro")] == [
        "('menu', 'ro') 1",
        "('menu', 'ro') 1",
        "('menu', 'en') 1",
        "('menu', 'ro') 2",
    ]
    assert made == [1, 1, 2]


def test_a_new_version_has_a_new_text() -> None:
    texts, made = Texts(), list[str]()
    texts.of(a_table(), counted(a_table(), made))
    text = texts.of(a_table(version=2), counted(a_table(version=2), made))
    assert '"version":2' in text
    assert made == ["table-1", "table-1"]


def test_what_was_asked_for_least_lately_is_forgotten_first() -> None:
    made: list[str] = []
    size = len(Texts().of(a_table(), counted(a_table(), [])))
    texts = Texts(limit=2 * size)
    for number in (1, 2, 1, 3, 1, 2):
        texts.of(a_table(number), counted(a_table(number), made))
    assert made == ["table-1", "table-2", "table-3", "table-2"]
