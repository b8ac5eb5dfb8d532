"""Calls that a browser makes because another site's page told it to, and how they are known.

As OWASP's cheat sheet on cross-site request forgery has it: where a call comes from (Origin, else Fetch Metadata), and
for whatever a cookie proves a token bound to its session, sent twice: as a cookie and as a header that only a page of
ours can set. Whoever shows a token of their own (`Authorization: Bearer`) sends nothing by itself and needs neither.
"""

from collections.abc import Sequence

from models.errors import CsrfFailed
from server.auth import Vault

PURPOSE = "checkout-csrf"
HEADER = "X-CSRF-Token"

OWN_SITES = frozenset({"same-origin", "none"})
"""`Sec-Fetch-Site` of what our own page asks for, or the person at the browser."""


def is_from_our_page(origins: Sequence[str], sites: Sequence[str], listed: frozenset[str]) -> bool:
    """Say whether a call may come from a page of ours, or from no browser.

    An Origin settles it: it is listed, or it is not. Without one a browser of today says how its page relates to us.
    """
    if origins:
        return len(origins) == 1 and origins[0] in listed
    return not sites or (len(sites) == 1 and sites[0] in OWN_SITES)


class Csrf:
    """Makes and checks the tokens of sessions. `seconds`: how long one is good, as long as a session can last."""

    def __init__(self, vault: Vault, seconds: int) -> None:
        self._vault = vault
        self.seconds = seconds

    def token_of(self, session_id: str) -> str:
        """Return a token of a session."""
        return self._vault.sign(PURPOSE, session_id)

    def is_good(self, session_id: str, token: str) -> bool:
        """Whether a token is one of this session."""
        return self._vault.read(PURPOSE, token, self.seconds) == [session_id]

    def require(self, session_id: str, cookie: str, header: str) -> None:
        """Raise `CsrfFailed` unless cookie and header are both tokens of this session. They need not be the same one: a
        page may hold one in a variable while a call of another tab brings the next.
        """
        if not self.is_good(session_id, cookie) or not self.is_good(session_id, header):
            raise CsrfFailed
