"""Where the heads of the chains are noted outside of the database: a file that is only ever appended to, and the log.

Whoever cuts entries off the end of the audit log, and moves its head back with them, cannot do the same to a file that
the database's machine does not have. Copy it elsewhere for that reason, or collect the log.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from models.chain import Anchor, Keys, read_anchor


class AnchorFile:
    """A file of lines, each the anchor of one head. Only the process that seals appends to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, lines: Sequence[str]) -> None:
        """Add lines and return when they are on the disk. Raises `OSError`."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            end = os.fstat(descriptor).st_size
            was_torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
            rest = ("\n" if was_torn else "").encode() + "".join(f"{line}\n" for line in lines).encode()
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class AnchorsWrong(Exception):  # noqa: N818  (a sentence for the operator, not a fault)
    """An anchor file cannot be trusted; the text is one sentence that says where."""


def read_anchors(paths: Sequence[Path], keys: Keys, restaurant_id: str | None = None) -> dict[str, list[Anchor]]:
    """Return the anchors of all houses, or of one, each house's in the order of their numbers.

    A year of one house is half a million lines at the most. Lines that were torn off by a crash are left out. Raises
    `AnchorsWrong` for a line that is not ours, and for a file that cannot be read.
    """
    found: dict[str, list[Anchor]] = defaultdict(list)
    for path in paths:
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                for number, line in enumerate(lines, 1):
                    anchor = _anchor(path, number, line, keys)
                    if anchor and restaurant_id in (None, anchor.restaurant_id):
                        found[anchor.restaurant_id].append(anchor)
        except OSError as error:
            raise AnchorsWrong(f"{path} cannot be read: {error.strerror}.") from None
    for anchors in found.values():
        anchors.sort(key=lambda anchor: anchor.number)
    return dict(found)


def _anchor(path: Path, number: int, line: str, keys: Keys) -> Anchor | None:
    try:
        return read_anchor(line, keys)
    except ValueError:
        raise AnchorsWrong(
            f"{path}, line {number}: this anchor was changed, or written under a key that is not among the audit keys."
        ) from None
