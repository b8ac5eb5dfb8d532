"""Making the proof of a phone number: the session that it rests on, and the token that shows it."""

from datetime import timedelta

from handlers.context import Context
from models.customer_session import TOKEN_PURPOSE, CustomerSession


def new_proof(ctx: Context, customer_id: str) -> tuple[CustomerSession, str]:
    """Stage a session of a customer of this house; returns it and its token."""
    session = ctx.store.add(
        CustomerSession(
            id=ctx.ids.new_id(),
            restaurant_id=ctx.store.restaurant_id,
            customer_id=customer_id,
            device=ctx.principal.device,
            started_at=ctx.now,
            expires_at=ctx.now + timedelta(seconds=ctx.rules.checkout_token_seconds),
            ends_at=ctx.now + timedelta(hours=ctx.rules.checkout_session_hours),
        )
    )
    return session, token_of(ctx, session)


def token_of(ctx: Context, session: CustomerSession) -> str:
    """Return the token of a session's present generation: ids, and nothing about the person."""
    return ctx.vault.sign(TOKEN_PURPOSE, session.restaurant_id, session.id, str(session.generation))
