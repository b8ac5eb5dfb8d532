"""A receipt as text for a printer with a fixed number of columns."""

import unicodedata
from collections.abc import Iterator

from models.receipt import Receipt, Row

COLUMNS = 42
"""Of the usual printer: 80 mm paper, the larger of its two fonts."""

INDENT = "  "

FIRST_MARK = "\u0300"
"""Every letter before this one takes one column: those of Latin alphabets are."""


def receipt_text(receipt: Receipt) -> str:
    """Return the lines of a receipt, none wider than the paper, each ended by a line break."""
    return "".join(f"{line.rstrip()}\n" for line in _lines(receipt))


def _lines(receipt: Receipt) -> Iterator[str]:
    yield from _centred(receipt.house.upper())
    for line in receipt.heading:
        yield from _centred(line)
    yield ""
    yield from _centred(receipt.title.upper())
    yield ""
    for row in receipt.facts:
        yield from _row(row)
    for section in receipt.sections:
        yield "-" * COLUMNS
        for row in section:
            yield from _row(row)
    if receipt.footer:
        yield "-" * COLUMNS
        for line in receipt.footer.splitlines():
            yield from _centred(line)


def _row(row: Row) -> Iterator[str]:
    """Set a label to the left and its amount to the right; a long label goes on below, and leaves the amount free."""
    indent = INDENT if row.is_inner else ""
    label, amount = (row.label.upper() if row.is_strong else row.label), row.amount
    room = COLUMNS - len(indent) - (width(amount) + 1 if amount else 0)
    first, *more = wrapped(label, room, room - len(INDENT)) or [""]
    gap = " " * (COLUMNS - len(indent) - width(first) - width(amount))
    yield f"{indent}{first}{gap}{amount}"
    yield from (f"{indent}{INDENT}{line}" for line in more)
    for detail in row.details:
        first, *more = wrapped(detail, COLUMNS - 2 * len(INDENT), COLUMNS - 3 * len(INDENT)) or [""]
        yield f"{INDENT}{first}"
        yield from (f"{INDENT}{INDENT}{line}" for line in more)


def _centred(text: str) -> Iterator[str]:
    for line in wrapped(text, COLUMNS, COLUMNS):
        yield " " * ((COLUMNS - width(line)) // 2) + line


def width(text: str) -> int:
    """Return how many columns a text takes: a letter with its marks one, a wide one (Chinese) two."""
    composed = unicodedata.normalize("NFC", text)
    if max(composed, default="") < FIRST_MARK:
        return len(composed)
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else _single(mark) for mark in composed)


def _single(mark: str) -> int:
    return 0 if unicodedata.category(mark) in ("Mn", "Me", "Cf") else 1


def wrapped(text: str, first: int, later: int) -> list[str]:
    """Break a text into lines of at most `first` columns, then `later`: between words, and within one that is longer
    than a line.
    """
    lines: list[str] = []
    for word in unicodedata.normalize("NFC", text).split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined) <= (first if len(lines) == 1 else later):
            lines[-1] = joined
            continue
        while word:
            piece = _beginning(word, later if lines else first)
            lines.append(piece)
            word = word[len(piece) :]
    return lines


def _beginning(word: str, columns: int) -> str:
    """Return as much of a word as fits, at least one letter."""
    length = len(word)
    while length > 1 and width(word[:length]) > columns:
        length -= 1
    return word[:length]
