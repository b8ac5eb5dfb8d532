"""What the door for HTTP knows of a call before anybody is asked: where it comes from, what it shows, in what language
it wants its answer.
"""

from dataclasses import dataclass

from aiohttp import web

from models.errors import LANGUAGES
from server.csrf import is_from_our_page
from server.customer_proof import checkout_cookie
from server.engine.contract import Handshake
from server.engine.handshake import read_handshake
from server.engine.settings import EngineSettings

SAFE = frozenset({"GET"})
"""Methods that change nothing."""

HOUSE_LANGUAGE = "ro"
"""What is spoken where nobody asks for anything else."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `token` is what it shows of a customer, None for nothing; `is_by_cookie`: a browser sent it along by
    itself; `is_ours`: it comes from a page of ours, or from no browser.
    """

    handshake: Handshake
    language: str
    token: str | None
    is_by_cookie: bool
    is_ours: bool

    @property
    def listed_origin(self) -> str | None:
        """The other site whose page may read the answer."""
        return self.handshake.origin if self.handshake.is_listed_origin else None


def read_call(request: web.Request, settings: EngineSettings, *, is_secure: bool) -> Call:
    """Read the headers of a request. A token of its own counts before the cookie; a cookie that another site's page had
    the browser send counts for nothing.
    """
    handshake = read_handshake(request, settings)
    sites = request.headers.getall("Sec-Fetch-Site", [])
    is_ours = is_from_our_page(request.headers.getall("Origin", []), sites, settings.origins)
    shown = _bearer(request.headers.get("Authorization", ""))
    kept = handshake.cookies.get(checkout_cookie(is_secure=is_secure)) if is_ours else None
    return Call(
        handshake=handshake,
        language=language_of(handshake.languages),
        token=kept if shown is None else shown,
        is_by_cookie=shown is None and kept is not None,
        is_ours=is_ours,
    )


def language_of(header: str) -> str:
    """Return the language of ours that an Accept-Language header wants most, else that of the house (RFC 9110,
    12.5.4).
    """
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        name, _, weight = part.strip().partition(";")
        language = name.strip().lower().partition("-")[0]
        wanted.append((_weight(weight), HOUSE_LANGUAGE if language == "*" else language))
    known = [one for one in wanted if one[1] in LANGUAGES and one[0] > 0]
    return max(known, key=lambda one: one[0])[1] if known else HOUSE_LANGUAGE


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    digits = value.strip()
    is_number = name.strip().lower() == "q" and len(digits) <= 5 and digits.replace(".", "", 1).isascii()
    return float(digits) if is_number and digits.replace(".", "", 1).isdecimal() else 0.0


def _bearer(header: str) -> str | None:
    """Return the token of an Authorization header; None when it says nothing of this kind, or nothing in ASCII."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.isascii() else None
