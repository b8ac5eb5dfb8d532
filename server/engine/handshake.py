"""What the engine reads from the HTTP request that opens a socket: who calls, from where, with which cookies."""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

from server.engine.contract import Handshake
from server.engine.settings import EngineSettings

_MAX_COOKIES = 50
_MAX_AGENT = 256
_MAX_LANGUAGES = 128
_WHITE_SPACE = " \t"
"""All that may stand around a name. With any other space in front of it a name is another one: browsers let other hosts
set it, also where the rest begins with `__Host-`.
"""

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def read_handshake(request: web.Request, settings: EngineSettings) -> Handshake:
    """Read the request once; nothing of it is kept but this."""
    origin = request.headers.get("Origin")
    return Handshake(
        address=client_address(
            peer_of(request), request.headers.getall("X-Forwarded-For", ()), settings.trusted_proxies
        ),
        origin=origin,
        is_listed_origin=origin is not None and origin in settings.origins,
        cookies=read_cookies(request.headers.getall("Cookie", ())),
        user_agent=request.headers.get("User-Agent", "")[:_MAX_AGENT],
        languages=request.headers.get("Accept-Language", "")[:_MAX_LANGUAGES],
    )


def is_origin_acceptable(origins: Sequence[str], settings: EngineSettings) -> bool:
    """Say whether the Origin headers of a request are none (no browser) or exactly one that is listed."""
    return not origins or (len(origins) == 1 and origins[0] in settings.origins)


def peer_of(request: web.Request) -> str:
    """Return the address at the other end of the connection; empty for a Unix socket."""
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def client_address(peer: str, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """Return the right-most hop that no trusted proxy vouches for beyond itself.

    Walking from the right, each hop is believed only while the one that reported it is trusted; what stands left of
    the first untrusted hop was written by that hop and means nothing. A hop that is no address ends the walk.
    """
    current = _parse(peer)
    if current is None:
        return peer
    hops = [hop for header in forwarded for hop in header.split(",")]
    while hops and any(current.version == network.version and current in network for network in trusted):
        following = _parse(hops.pop())
        if following is None:
            break
        current = following
    return str(current)


def _parse(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def read_cookies(headers: Iterable[str]) -> Mapping[str, str]:
    """Return the cookies of a request; of two with one name the first counts, as RFC 6265 orders them by path.

    Values that are not ASCII are left out: RFC 6265 has none, and nothing of ours is one.
    """
    cookies: dict[str, str] = {}
    for header in headers:
        for pair in header.split(";", _MAX_COOKIES):
            name, separator, value = pair.strip(_WHITE_SPACE).partition("=")
            if name and separator and value.isascii() and len(cookies) < _MAX_COOKIES:
                cookies.setdefault(name.strip(_WHITE_SPACE), value.strip(_WHITE_SPACE).strip('"'))
    return cookies
