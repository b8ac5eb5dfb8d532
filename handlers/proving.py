"""How long a phone number counts as proved: a new token before the old one ends, who it is, and the end."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.context import Context
from handlers.proofs import token_of
from handlers.registry import REST, command
from handlers.reply import RestReply
from models.base import Id
from models.customer import Customer, name_place
from models.customer_session import CustomerSession
from models.errors import ProofCopied, SessionExpired
from models.principal import CUSTOMERS, PhoneCustomer, Role
from models.rest import RestRequest
from models.staff import Freshness

LOG_OUT, REUSE = "log-out", "reuse"
"""Why a session ends."""


class RefreshSession(RestRequest):
    """The session and the generation that the token names."""

    session_id: Id
    generation: Annotated[int, Field(ge=1)]


class LookAtSession(RestRequest):
    """Nothing but the token."""


class EndSession(RestRequest):
    """Nothing but the token."""


class TokenReply(RestReply):
    """`token` is the present one, good until `expires_at`."""

    token: str
    expires_at: datetime


class WhoReply(RestReply):
    """The customer as they themselves may see it; of the phone number no more than its end."""

    customer_id: str
    name: str
    last_four: str
    expires_at: datetime
    total_addresses: int


class EndedReply(RestReply):
    """It is over."""

    ended: bool = True


@command(
    "session:refresh",
    on=(REST,),
    roles=frozenset({Role.STRANGER}),
    errors=(SessionExpired,),
)
async def refresh(ctx: Context, request: RefreshSession) -> TokenReply:
    """Get a new token before the present one ends; the cookie has it, too.

    A token is replaced once. The one before it gets the present one again for a few seconds: two tabs may ask at once,
    or an answer was lost. Any older one was copied: the session ends, everywhere.
    """
    await access.take_turn(ctx, f"refresh:{request.session_id}")
    session = await ctx.store.fresh(CustomerSession, request.session_id)
    if session is None or not session.is_live(ctx.now):
        raise SessionExpired
    ctx.principal = _as_customer(ctx, session)
    match session.freshness(request.generation, timedelta(seconds=ctx.rules.refresh_grace_seconds), ctx.now):
        case Freshness.PRESENT:
            life = timedelta(seconds=ctx.rules.checkout_token_seconds)
            session = ctx.store.save(session.rotated(life, ctx.principal.actor, ctx.now))
            ctx.record("customer-session-refreshed", subject=session.customer_id, generation=session.generation)
        case Freshness.REUSED:
            _end(ctx, session, REUSE)
            raise ProofCopied
    return TokenReply(token=token_of(ctx, session), expires_at=session.expires_at)


@command("session:get", on=(REST,), roles=CUSTOMERS, errors=(SessionExpired,))
async def look(ctx: Context, request: LookAtSession) -> WhoReply:
    """Say who the token belongs to."""
    session = await _own(ctx)
    customer = await ctx.store.get(Customer, session.customer_id)
    if customer is None or customer.erased_at is not None:
        raise SessionExpired
    return WhoReply(
        customer_id=customer.id,
        name=ctx.vault.unseal(name_place(customer.restaurant_id, customer.id), customer.name),
        last_four=customer.last_four,
        expires_at=session.expires_at,
        total_addresses=len(customer.addresses),
    )


@command("session:end", on=(REST,), roles=CUSTOMERS, errors=(SessionExpired,))
async def end(ctx: Context, request: EndSession) -> EndedReply:
    """Log out: its tokens are worth nothing from then on, and its sockets are closed."""
    _end(ctx, await _own(ctx), LOG_OUT)
    return EndedReply()


def _end(ctx: Context, session: CustomerSession, reason: str) -> None:
    """Stage the end of a session."""
    ctx.store.save(session.ended(reason, ctx.principal.actor, ctx.now))
    ctx.record("customer-session-ended", subject=session.customer_id, reason=reason)


async def _own(ctx: Context) -> CustomerSession:
    """Return the session that the caller has proved."""
    principal = ctx.principal
    session_id = principal.customer_session_id if isinstance(principal, PhoneCustomer) else ""
    session = await ctx.store.get(CustomerSession, session_id)
    if session is None or not session.is_live(ctx.now):
        raise SessionExpired
    return session


def _as_customer(ctx: Context, session: CustomerSession) -> PhoneCustomer:
    """Return whose session it is, as the one who does it: a token of any generation was theirs once."""
    return PhoneCustomer(
        restaurant_id=session.restaurant_id,
        roles=CUSTOMERS,
        address=ctx.principal.address,
        device=ctx.principal.device,
        customer_id=session.customer_id,
        customer_session_id=session.id,
    )
