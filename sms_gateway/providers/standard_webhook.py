"""Signatures of webhooks by https://www.standardwebhooks.com: over id, time and body, with HMAC-SHA-256.

Written out rather than taken from the package of that name: that one reads the machine's clock, and a header that it
cannot take apart is a fault in it and no wrong signature.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"

TOLERANCE_SECONDS = 300
"""How far the time of a message may be from ours."""


def key_of(secret: str) -> bytes:
    """Return the key of a secret, `whsec_` and its bytes in base64; raises `ValueError` for what is none."""
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if encoded == secret or not 24 <= len(key) <= 64:
        raise ValueError("not a secret")
    return key


def signed(keys: Sequence[bytes], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a message, signed with each key, so that either side may change it first."""
    time = str(int(at.timestamp()))
    return {
        ID: message_id,
        TIMESTAMP: time,
        SIGNATURE: " ".join(f"v1,{_digest(key, message_id, time, body)}" for key in keys),
    }


def is_signed(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a message carries a signature by one of the keys and is neither old nor of the future."""
    message_id, time = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not message_id or not time.isdecimal() or len(time) > 12:
        return False
    if abs(int(time) - now.timestamp()) > TOLERANCE_SECONDS:
        return False
    signatures = headers.get(SIGNATURE, "").encode("utf-8", "surrogateescape").split(b" ")
    given = [one.removeprefix(b"v1,") for one in signatures if one.startswith(b"v1,")]
    rightful = [_digest(key, message_id, time, body).encode() for key in keys]
    return any(hmac.compare_digest(one, other) for one in given for other in rightful)


def _digest(key: bytes, message_id: str, time: str, body: bytes) -> str:
    content = f"{message_id}.{time}.".encode("utf-8", "surrogateescape") + body
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
