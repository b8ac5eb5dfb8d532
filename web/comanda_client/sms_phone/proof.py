"""What an SMS phone proves itself with: its secret, mixed with what only this connection was asked."""

import base64
import hashlib
import hmac


def proof(secret: str, challenge: str) -> str:
    """Return `secret XOR HMAC-SHA-256(SHA-256(secret), challenge)`; secret and proof are base64url without padding."""
    key = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    mask = hmac.digest(hashlib.sha256(key).digest(), challenge.encode(), "sha256")
    return base64.urlsafe_b64encode(bytes(a ^ b for a, b in zip(key, mask, strict=True))).decode().rstrip("=")
