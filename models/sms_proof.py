"""How an SMS phone proves who it is, as clients do in SCRAM (RFC 5802, section 3), without the password: its secret is
256 random bits, which no salt and no iteration make better.

The phone has the secret, the database its SHA-256, the stored key. Of a challenge the phone makes

    proof = secret XOR HMAC-SHA-256(stored key, challenge)

and the server takes the secret out of the proof and compares its SHA-256. Who reads the database cannot make a proof,
and a proof is worth nothing on another connection, which has another challenge. Who has both the stored key and a
proof has the secret: proofs go over TLS, and are never written down.

On the wire secrets and proofs are base64url without padding: 43 characters. The challenge is hashed as the text that
it is.
"""

import base64
import binascii
import hashlib
import hmac

LENGTH = 32
"""Bytes of a secret, of a stored key, and of a proof."""


def secret_from(*tokens: str) -> str:
    """Return the secret that is in two tokens of 128 bits (base64url), as it is told to the phone."""
    return _text(b"".join(_bytes(one) for one in tokens))


def stored_key(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256, as lower-case hexadecimal."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def proof(secret: str, challenge: str) -> str:
    """Return what a phone shows of its secret for a challenge."""
    key = _bytes(secret)
    return _text(_mixed(key, _signature(hashlib.sha256(key).digest(), challenge)))


def is_proof(stored: str, challenge: str, shown: str) -> bool:
    """Whether what is shown was made from the secret of a stored key for this challenge, which must not be empty."""
    try:
        found = _bytes(shown)
    except (ValueError, binascii.Error):
        return False
    key = bytes.fromhex(stored)
    if len(found) != LENGTH or len(key) != LENGTH or not challenge:
        return False
    secret = _mixed(found, _signature(key, challenge))
    return hmac.compare_digest(hashlib.sha256(secret).digest(), key)


def _signature(key: bytes, challenge: str) -> bytes:
    return hmac.digest(key, challenge.encode(), "sha256")


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
