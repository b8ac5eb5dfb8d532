"""What must never stand in a log is taken out here: PINs, codes, passwords, tokens, cookies, phone numbers, e-mails.

By the name of a field, and by pattern wherever a value, a message or a traceback contains one. A log that hides a
little too much is a nuisance; one that shows a guest's number is a breach.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from itertools import pairwise
from typing import Any

HIDDEN = "***"

_SECRET_WORDS = frozenset(
    [
        *("pin", "otp", "password", "passwd", "passphrase", "secret", "token", "tokens", "pepper", "peppers"),
        *("authorization", "auth", "cookie", "cookies", "signature", "email", "street"),
    ]
)
_PHONE_WORDS = frozenset(("phone", "phones", "msisdn", "mobile"))
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_DEEPEST = 8

# `pin=1234`, `"code": "123456"`, `token: abc`, `Cookie: a=b; c=d` inside a text.
_NAMED = re.compile(
    r"""(?P<name>["']?\b(?:pin|otp|code|password|passwd|secret|pepper|(?:[a-z]+[_-]?)?token)\b["']?\s*[:=]\s*)"""
    r"""(?P<quote>["']?)(?P<value>[^\s"',;&)}\]]+)""",
    re.IGNORECASE,
)
_HEADER = re.compile(r"""\b(?P<name>(?:set-)?cookie|authorization)\b["']?\s*[:=]\s*[^\n]+""", re.IGNORECASE)
# Six digits alone in a text that speaks of a code, as messages with one-time codes do: a provider may quote them.
_ABOUT_CODES = re.compile(r"\bcod(?:e|es|ul|uri)?\b", re.IGNORECASE)
_SIX_DIGITS = re.compile(r"(?<![\w.+:/-])\d{6}(?![\w:/-]|\.\d)")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)[1-9]\d{0,2}(?:[ .()-]{0,2}\d){6,12}(?!\d)"  # E.164, with what people put between the digits
    r"|(?<![\w.+])0?7\d{2}[ .-]?\d{3}[ .-]?\d{3}(?![\w])"  # Romanian mobile
)
# Keys of Stripe, of webhooks, and what a phone needs to pay: `sk_live_…`, `whsec_…`, `pi_…_secret_…`.
_KEY = re.compile(r"\b(?:[sr]k_(?:live|test)_|[a-z]+_[A-Za-z0-9]+_secret_)[A-Za-z0-9]+|\bwhsec_[A-Za-z0-9+/=]+")
_TOKEN = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9_-]+)*")
# Digests, and the tokens of Twilio, which have 32 digits.
_DIGEST = re.compile(r"\b(?:[0-9a-fA-F]{40,}|[0-9a-f]{32})\b")
_CLASSES: tuple[Callable[[str], bool], ...] = (str.isupper, str.islower, str.isdigit)


def mask_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask one log entry: structlog's last step before the entry becomes text."""
    for name, value in event.items():
        event[name] = mask(value, name)
    return event


def mask(value: Any, name: str = "", depth: int = 0) -> Any:
    """Return a value that may be shown, given its field's name: containers are masked inside, objects become text."""
    if value is None or isinstance(value, bool):
        return value
    words = _words(name)
    if words & _PHONE_WORDS:
        return mask_phone(str(value))
    if words & _SECRET_WORDS or (words == {"code"} and str(value).isdigit()):
        return HIDDEN
    if isinstance(value, (int, float)):
        return value
    if depth >= _DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {mask_text(str(key)): mask(inner, str(key), depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [mask(inner, name, depth + 1) for inner in value]
    return mask_text(value if isinstance(value, str) else repr(value))


def mask_text(text: str) -> str:
    """Return a text without what looks like a secret or a person's number."""
    text = _HEADER.sub(lambda found: f"{found['name']}: {HIDDEN}", text)
    text = _NAMED.sub(_named, text)
    text = _KEY.sub(HIDDEN, text)
    text = _CREDENTIALS.sub(f"{HIDDEN}@", text)
    text = _EMAIL.sub(HIDDEN, text)
    if _ABOUT_CODES.search(text):
        text = _SIX_DIGITS.sub(HIDDEN, text)
    text = _PHONE.sub(lambda found: mask_phone(found[0]), text)
    text = _TOKEN.sub(lambda found: HIDDEN if _is_random(found[0]) else found[0], text)
    return _DIGEST.sub(HIDDEN, text)


def mask_phone(phone: str) -> str:
    """Return `+40******123` for `+40 722 000 123` and for `0722000123`: enough to recognise, too little to call."""
    digits = "".join(mark for mark in phone if mark.isdigit())
    if len(digits) < 8:
        return HIDDEN
    is_international = phone.lstrip().startswith(("+", "00"))
    country = digits.removeprefix("00")[:2] if is_international else "40"
    return f"+{country}******{digits[-3:]}"


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)}


def _named(found: re.Match[str]) -> str:
    """Keep `code=INVALID_PIN` and the like: an error's name is no secret, and operators search for it."""
    is_code = "code" in found["name"].lower()
    value = found["value"]
    return found[0] if is_code and not value.isdigit() else f"{found['name']}{found['quote']}{HIDDEN}"


def _is_random(text: str) -> bool:
    """Tell a token from a long name: random marks change their kind at every second step, words hardly ever."""
    kinds = [next((kind for kind, is_kind in enumerate(_CLASSES) if is_kind(mark)), 3) for mark in text]
    if {0, 1, 2} <= set(kinds):
        return True
    changes = sum(one != other for one, other in pairwise(kinds))
    return {0, 1} <= set(kinds) and changes > 0.35 * len(text)
