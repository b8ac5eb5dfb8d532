"""What a client may say: the shape of frames, the bounds of their JSON, and its pace. Pure functions on text.

A command is cut out of its frame without parsing its argument: the model behind the door parses it once, strictly.
Here is only what must hold before any code runs; see `promises`, "The guard around python-socketio".
"""

import json
import re
from typing import Any

_SPACE = r"[ \t\r\n]*"
_NAMESPACE = r"(?:(/[A-Za-z0-9_/-]{0,63}),)?"

cut_command = re.compile(
    rf'42{_NAMESPACE}([0-9]{{0,18}}){_SPACE}\[{_SPACE}"([A-Za-z0-9:_-]{{1,64}})"{_SPACE},{_SPACE}(\{{.*\}}){_SPACE}\]{_SPACE}',
    re.DOTALL,
).fullmatch
"""Groups: namespace, id of the ack, name, text of the only argument. Eighteen digits stay below 2**63."""

cut_event = re.compile(
    rf'42{_NAMESPACE}([0-9]{{0,18}}){_SPACE}\[{_SPACE}"((?:[^"\\]|\\.)*)"{_SPACE}[],]', re.DOTALL
).match
"""Groups: namespace, id of the ack, name as it is written; for events whose argument is not one object."""

cut_connect = re.compile(r"40(?:(/[A-Za-z0-9_/-]{0,63})(?:\?[^,]*)?(?:,|\Z)|(?!/))(.*)", re.DOTALL).fullmatch
"""Groups: namespace, text of the auth object."""

cut_disconnect = re.compile(rf"41(?:(/[A-Za-z0-9_/-]{{0,63}})(?:,|\Z))?{_SPACE}", re.DOTALL).fullmatch
"""Groups: namespace."""

RESERVED = frozenset({"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
"""Names that Socket.IO keeps for itself: a client that emits one is hostile or broken."""

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
# Two searches, because each begins with one literal letter and is found at the speed of memchr.
_huge_e = re.compile(r"e\+?[0-9]{3}").search
_huge_E = re.compile(r"E\+?[0-9]{3}").search  # noqa: N816  (the letter that is searched)
_SURROGATE_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_SHORTEST_KEY = len('"":1,')
_BRACKETS = re.compile(r"[{}\[\]]")


def is_bounded(text: str, max_depth: int, max_keys: int) -> bool:
    """Say whether JSON text is within depth and keys, without NaN, infinities, overflowing exponents, lone surrogates.

    What few brackets and short text prove needs no walk; a search for one letter is several times cheaper than for
    a word, so most searches for words never happen.
    """
    if (
        text.count("{") + (text.count("[") if "[" in text else 0) <= max_depth
        and (len(text) < max_keys * _SHORTEST_KEY or text.count(":") <= max_keys)
        and ("N" not in text or "NaN" not in text)
        and ("I" not in text or "Infinity" not in text)
        and ("\\" not in text or "\\u" not in text)
        and _huge_e(text) is None
        and ("E" not in text or _huge_E(text) is None)
    ):
        return True
    return _is_bounded_precisely(text, max_depth, max_keys)


def _is_bounded_precisely(text: str, max_depth: int, max_keys: int) -> bool:
    if "\\u" in text and _has_lone_surrogate(text):
        return False
    bare = _STRING.sub("", text)
    # Outside strings JSON has no capital N or I, whatever they spell.
    if '"' in bare or "N" in bare or "I" in bare or _huge_e(bare) or _huge_E(bare):
        return False
    if bare.count(":") > max_keys:
        return False
    depth = 0
    for bracket in _BRACKETS.findall(bare):
        depth += 1 if bracket in "{[" else -1
        if depth > max_depth:
            return False
    return True


def _has_lone_surrogate(text: str) -> bool:
    # An escaped backslash before a `u` is no escape of a character; taking those away first keeps the pairs honest.
    return _SURROGATE.search(_SURROGATE_PAIR.sub("", text.replace("\\\\", ""))) is not None


class Malformed(Exception):  # noqa: N818  (a verdict on a frame, not a fault)
    """The frame cannot be what an honest client sends; its socket is closed."""


def read_object(text: str, max_depth: int, max_keys: int) -> dict[str, Any]:
    """Parse the auth object of a CONNECT; raises Malformed for anything but one bounded JSON object."""
    if not is_bounded(text, max_depth, max_keys):
        raise Malformed
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as fault:
        raise Malformed from fault
    if not isinstance(value, dict):
        raise Malformed
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
