"""What a phone keeps over the death of its app: who it is, and what it has to do with each message.

A message is written down before it is accepted, and again right before it goes to the radio. So what a new start finds
on its way to the radio may have been sent: it is not named any more, and never sent from here.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

REMEMBERED = 1_000
"""Messages that went to the radio, by their ids: none of them goes there again."""

Step = Literal["accepted", "sending", "sent", "failed"]


class JournalBroken(Exception):  # noqa: N818
    """The file is not a journal, or cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that is open. `phone` and `text` are empty once it has gone to the network; `not_after` is RFC 3339."""

    correlation_id: str
    epoch: int
    sim: int
    phone: str
    text: str
    not_after: str
    step: Step = "accepted"
    error: str | None = None

    @classmethod
    def of(cls, job: dict[str, Any]) -> "Entry":
        """Make one of `sms:send`."""
        return cls(job["correlationId"], job["epoch"], job["sim"], job["phone"], job["text"], job["notAfter"])

    @property
    def named(self) -> dict[str, str]:
        """As `sms:register` names it: what is still at the radio is not sent yet."""
        return {"correlationId": self.correlation_id, "status": "accepted" if self.step == "sending" else self.step}


class Journal:
    """The file of one phone, readable by its owner alone; each change is on disk when the call returns."""

    def __init__(self, path: Path) -> None:
        """Open what an app has left behind, or begin anew; raises `JournalBroken`."""
        self.path = path
        kept = _read(path)
        self.device_id: str = kept.get("deviceId", "")
        self.secret: str = kept.get("secret", "")
        self._gone: list[str] = kept.get("gone", [])
        entries = [Entry(**one) for one in kept.get("open", [])]
        self._open = {one.correlation_id: one for one in entries if one.step != "sending"}

    @property
    def is_paired(self) -> bool:
        """Whether it has a secret."""
        return bool(self.secret)

    @property
    def open(self) -> list[Entry]:
        """What is not over, oldest first."""
        return list(self._open.values())

    def get(self, correlation_id: str) -> Entry | None:
        """Return an open message."""
        return self._open.get(correlation_id)

    def has_gone(self, correlation_id: str) -> bool:
        """Whether a message went to the radio, and was not refused there."""
        return correlation_id in self._gone

    def pair(self, device_id: str, secret: str) -> None:
        """Keep who it is; what another device had open is none of its business."""
        self.device_id, self.secret = device_id, secret
        self._open.clear()
        self._write()

    def put(self, entry: Entry) -> None:
        """Keep an open message as it is now."""
        self._open[entry.correlation_id] = entry
        self._write()

    def begin(self, entry: Entry) -> None:
        """Keep that a message goes to the radio now."""
        self._gone = [*self._gone, entry.correlation_id][-REMEMBERED:]
        self.put(replace(entry, step="sending"))

    def end(self, entry: Entry, error: str | None) -> None:
        """Keep what the radio said: sent, or why not. The text is not needed any more."""
        if error is not None and entry.correlation_id in self._gone:
            self._gone.remove(entry.correlation_id)
        self.put(replace(entry, step="failed" if error else "sent", error=error, phone="", text=""))

    def forget(self, correlation_id: str) -> None:
        """Have nothing more to do with a message."""
        if self._open.pop(correlation_id, None) is not None:
            self._write()

    def _write(self) -> None:
        kept = {
            "deviceId": self.device_id,
            "secret": self.secret,
            "open": [asdict(one) for one in self._open.values()],
            "gone": self._gone,
        }
        beside = self.path.with_name(self.path.name + ".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(kept, file)
            beside.replace(self.path)
        except OSError as error:
            raise JournalBroken(f"{self.path} cannot be written: {error.strerror}.") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise JournalBroken(f"{path} is not the journal of a phone.") from error
    if not isinstance(kept, dict):
        raise JournalBroken(f"{path} is not the journal of a phone.")
    return kept
