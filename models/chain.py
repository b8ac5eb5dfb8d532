"""The chain that seals the audit log of a house: each entry's hash covers the entry, its number and the hash before it.

The hash is an HMAC (RFC 2104, SHA-256) under a key that is not in the database: whoever can write there, and only
there, cannot make a chain that verifies. What is missing at the end is told by the head, and by anchors that are kept
elsewhere. Pure: documents in, seals and faults out.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from models.audit import Seal
from models.base import Aggregate

Keys = Mapping[str, bytes]
"""Audit keys by their names, the newest first: it seals, all of them verify."""

Document = Mapping[str, Any]

BEGINNING = "0" * 64
"""What stands for the hash before the first entry."""


class ChainHead(Aggregate):
    """The newest sealed entry of a house, one for each house; `id` is the house's. `at` is when that entry happened.

    `fence` is that of the sealer's lease: a sealer that slept through its lease does not write behind the next one.
    """

    number: int
    hash: str
    fence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a house's chain as it was at some time, kept outside of the database."""

    at: str
    restaurant_id: str
    number: int
    hash: str


class Wrong(StrEnum):
    """What can be wrong with a chain."""

    CHANGED = "its content was changed, or it was not sealed by us"
    MISSING = "no entry has this number"
    CUT_OFF = "the entries from this number on are cut off"
    PREVIOUS = "it does not follow the entry before it"
    KEY = "it names a key that is not ours"
    STRAY = "it says that it is sealed and is not in the chain"
    UNSEALED = "it was never sealed"
    HEAD = "the head of the chain does not fit it"
    NO_HEAD = "the head of the chain is missing"
    ANCHOR = "it is not what its anchor says"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong in the log of a house; what is not known of the entry is None."""

    wrong: Wrong
    number: int | None = None
    id: str | None = None
    act: str | None = None
    at: str | None = None
    note: str = ""


def canonical(value: Any) -> bytes:
    """Return the one text of a value: JSON with sorted keys and no spaces, in UTF-8; times in UTC to the millisecond.

    Two values of different content or type never have the same text. What no entry of ours holds (a float, an id of
    the database) has one as well, so that nothing that someone puts into the log can stop the sealer.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return {"$time": rfc3339(value)}
    if isinstance(value, Mapping):
        return {f"${name}" if name.startswith("$") else name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return {"$other": [type(value).__name__, repr(value)]}


def rfc3339(moment: datetime) -> str:
    """Return a time as `2026-11-21T19:30:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def keyed_digest(key: bytes, what: Any) -> str:
    """Return the HMAC-SHA-256 of a value's canonical text, in hexadecimal."""
    return hmac.new(key, canonical(what), hashlib.sha256).hexdigest()


def seal(document: Document, number: int, previous: str, keys: Keys) -> Seal:
    """Return the seal of an entry, as it is stored, under the newest key."""
    key = next(iter(keys))
    return Seal(number=number, previous=previous, key=key, hash=_hash(document, number, previous, key, keys[key]))


def _hash(document: Document, number: int, previous: str, key_name: str, key: bytes) -> str:
    entry = {name: value for name, value in document.items() if name != "seal"}
    return keyed_digest(key, {"entry": entry, "number": number, "previous": previous, "key": key_name})


def anchor_line(head: ChainHead, now: datetime, keys: Keys) -> str:
    """Return the line that anchors a head: JSON with a keyed hash of all that it says, without a line end."""
    key = next(iter(keys))
    said = {
        "at": rfc3339(now),
        "restaurant": head.restaurant_id,
        "number": head.number,
        "hash": head.hash,
        "key": key,
    }
    return canonical(said | {"mac": keyed_digest(keys[key], said)}).decode()


def read_anchor(line: str, keys: Keys) -> Anchor | None:
    """Return what a line anchors; None for one that was torn off while it was written.

    Raises `ValueError` for a line that is whole and was not written under one of our keys.
    """
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    mac, key = said.pop("mac", None), keys.get(str(said.get("key")))
    if key is None or not isinstance(mac, str) or not _is_equal(keyed_digest(key, said), mac):
        raise ValueError("not written by us")
    return Anchor(said["at"], said["restaurant"], said["number"], said["hash"])


class Verification:
    """Goes along the chain of one house, entry by entry in the order of their numbers, and stops at the first fault.

    `head` is the head as it was before the first entry was read: entries may be added meanwhile. `anchors` are those of
    this house, in the order of their numbers.
    """

    def __init__(self, keys: Keys, head: ChainHead | None, anchors: Sequence[Anchor] = ()) -> None:
        self._keys = keys
        self._head = head
        self._anchors = anchors
        self._passed = 0
        self._hash = BEGINNING
        self._beyond: Fault | None = None
        self.verified = 0

    def see(self, document: Document) -> Fault | None:
        """Check the next entry; returns what is wrong."""
        found, expected = _seal_of(document), self.verified + 1
        if found is None or found.number < expected:
            return fault_at(document, Wrong.STRAY)
        if found.number > expected:
            return Fault(Wrong.MISSING, expected)
        wrong = self._judge(document, found)
        if wrong:
            return fault_at(document, wrong)
        self.verified, self._hash = found.number, found.hash
        if self._head and self.verified == self._head.number + 1:
            self._beyond = fault_at(document, Wrong.STRAY)
        return None

    def end(self, newest: ChainHead | None) -> Fault | None:
        """Check the end of the chain against the head as it is after the last entry was read, and the anchors."""
        left = self._anchors[self._passed :]
        if left:
            return Fault(Wrong.CUT_OFF, self.verified + 1, note=f"number {left[-1].number} was anchored {left[-1].at}")
        if self._head and self.verified < self._head.number:
            return Fault(Wrong.CUT_OFF, self.verified + 1, note=f"the head is number {self._head.number}")
        if newest is None:
            return Fault(Wrong.NO_HEAD, self.verified) if self.verified or self._head else None
        if self.verified > newest.number:
            return self._beyond or Fault(Wrong.STRAY, newest.number + 1)
        is_other = self.verified == newest.number and self._hash != newest.hash
        return Fault(Wrong.HEAD, self.verified) if is_other else None

    def _judge(self, document: Document, found: Seal) -> Wrong | None:
        key = self._keys.get(found.key)
        if key is None:
            return Wrong.KEY
        if not _is_equal(_hash(document, found.number, found.previous, found.key, key), found.hash):
            return Wrong.CHANGED
        if found.previous != self._hash:
            return Wrong.PREVIOUS
        while self._passed < len(self._anchors) and self._anchors[self._passed].number <= found.number:
            anchor = self._anchors[self._passed]
            if anchor.number < found.number or anchor.hash != found.hash:
                return Wrong.ANCHOR
            self._passed += 1
        is_head = self._head is not None and self._head.number == found.number
        return Wrong.HEAD if is_head and self._head and self._head.hash != found.hash else None


def fault_at(document: Document, wrong: Wrong) -> Fault:
    """Return a fault of an entry, with what the entry says of itself."""
    seal_said, at = document.get("seal"), document.get("at")
    number = seal_said.get("number") if isinstance(seal_said, Mapping) else None
    return Fault(
        wrong,
        number if _is_number(number) else None,
        str(document.get("_id")),
        str(document.get("act")),
        rfc3339(at) if isinstance(at, datetime) else str(at),
    )


def _seal_of(document: Document) -> Seal | None:
    """Return the seal of an entry; None when it is not one of ours in shape."""
    said = document.get("seal")
    if not isinstance(said, Mapping) or set(said) != set(Seal.model_fields) or not _is_number(said["number"]):
        return None
    if not all(isinstance(said[name], str) for name in ("previous", "hash", "key")):
        return None
    return Seal.model_construct(**said)


def _is_equal(made: str, found: str) -> bool:
    return hmac.compare_digest(made.encode(), found.encode("utf-8", "surrogatepass"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
