"""The clients' own append-only logs: what was asked, sent and answered, and when. All that the judge believes of them.

One JSON array a line: seconds, who, kind, name, data. A line is written before anything that follows from it.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log. `at` is on the monotonic clock of the test."""

    at: float
    who: str
    kind: str
    name: str
    data: Any


class Record:
    """An append-only file of entries. Cheap to write; read only by the judge."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8", buffering=1 << 16)

    def write(self, who: str, kind: str, name: str, data: Any) -> None:
        """Append one entry."""
        self._file.write(json.dumps([time.monotonic(), who, kind, name, data], separators=(",", ":")) + "\n")

    def of(self, who: str, *kinds: str) -> Callable[[str, str, Any], None]:
        """Return what a client writes its log with; with `kinds`, only those are kept."""

        def write(kind: str, name: str, data: Any) -> None:
            if not kinds or kind in kinds:
                self.write(who, kind, name, data)

        return write

    def read(self) -> Iterator[Entry]:
        """Return all entries in the order in which they were written."""
        self._file.flush()
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                yield Entry(*json.loads(line))

    def close(self) -> None:
        """Write what is left."""
        self._file.close()
