"""What a page on which people pay may load from the provider: its script, its frames, and the address that they ask.

The rules are those of https://docs.stripe.com/security/guide#content-security-policy: the card is typed into a frame of
Stripe's, and the bank may ask for a word in another one.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

_STRIPE = "https://js.stripe.com"
_FRAMES = "https://*.js.stripe.com https://js.stripe.com https://hooks.stripe.com"
_SCRIPTS = "https://*.js.stripe.com https://js.stripe.com"


def opened(script_url: str, address: str) -> Mapping[str, str]:
    """Return the sources that are added to a page's policy, by directive."""
    script = _origin(script_url)
    is_stripe = script == _STRIPE
    return {
        "script-src": _SCRIPTS if is_stripe else script,
        "frame-src": _FRAMES if is_stripe else script,
        "connect-src": _origin(address),
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
