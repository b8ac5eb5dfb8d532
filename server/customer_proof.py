"""Who a phone customer is: a token from `verify-code` or from a refresh becomes a principal, over HTTP and on sockets.

A token names its session and its generation. The session says what counts, and MongoDB has the truth: it is asked for
each call over HTTP and for each connection; what is connected hears of an end through the change stream.
"""

from datetime import timedelta

from models.customer_session import TOKEN_PURPOSE, CustomerSession
from models.principal import CUSTOMERS, PhoneCustomer
from models.rules import Rules
from models.staff import Freshness
from models.store.work import Work
from server.auth import Vault
from server.clock import Clock


def checkout_cookie(*, is_secure: bool) -> str:
    """Return the name of the cookie that has a customer's token: over https no other host can set it."""
    return "__Host-comanda_checkout" if is_secure else "comanda_checkout"


class CustomerProof:
    """Looks at the tokens that customers show."""

    def __init__(self, vault: Vault, clock: Clock, rules: Rules) -> None:
        self._vault = vault
        self._clock = clock
        self._rules = rules

    async def of_token(self, work: Work, token: object, address: str, device: str) -> PhoneCustomer | None:
        """Return whose token it is, None when it counts no more; the work is of its house from then on.

        Of a token that was replaced a moment ago the bearer may have another request on its way: it counts for the
        grace that log-ins of staff have, too.
        """
        parts = self.parts(token)
        if parts is None:
            return None
        work.restaurant_id, session_id, generation = parts
        # Past the memory: it may have ended, or been refreshed, through another process a moment ago.
        session = await work.fresh(CustomerSession, session_id)
        if session is None or not session.is_live(self._clock.now()) or not self._counts(session, generation):
            return None
        return PhoneCustomer(
            restaurant_id=session.restaurant_id,
            roles=CUSTOMERS,
            address=address,
            device=device,
            customer_id=session.customer_id,
            customer_session_id=session.id,
        )

    def parts(self, token: object, seconds: int | None = None) -> tuple[str, str, int] | None:
        """Return the house, the session and the generation of a token of ours that is at most `seconds` old, without
        that as old as a token can be; else None.
        """
        seconds = seconds or self._rules.checkout_token_seconds
        read = self._vault.read(TOKEN_PURPOSE, token, seconds) if isinstance(token, str) else None
        if read is None or len(read) != 3 or not read[2].isdecimal():
            return None
        return read[0], read[1], int(read[2])

    def _counts(self, session: CustomerSession, generation: int) -> bool:
        """Whether a generation is the last one, or the one before within its grace."""
        grace = timedelta(seconds=self._rules.refresh_grace_seconds)
        return session.freshness(generation, grace, self._clock.now()) is not Freshness.REUSED
