"""The check: what is owed, what was taken off and what was paid, read at the table and on the floor."""

from handlers import access
from handlers.context import Context, Reply, online_payment
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Nothing
from models.check_view import CheckView, FloorCheckView, check_view, floor_check_view
from models.errors import SessionMerged
from models.payment_view import OnlinePayment
from models.principal import GUEST, SERVICE

READS = Limit(10, per=10)


class ChecksReply(Reply):
    """All checks of the session, its own first; after a merge there are several."""

    checks: tuple[CheckView, ...]
    online_payment: OnlinePayment | None


class FloorChecksReply(Reply):
    """All checks of the session, its own first, with the reasons of what was taken off."""

    checks: tuple[FloorCheckView, ...]


@command("check:get", on=(TABLE,), roles=GUEST, limit=READS)
async def get_checks(ctx: Context, request: Nothing) -> ChecksReply:
    """Read what the party owes and what it has paid."""
    session = await access.session_to_see(ctx)
    return ChecksReply.model_construct(
        checks=tuple(check_view(one) for one in await access.checks(ctx, session)),
        online_payment=online_payment(ctx.online),
    )


@command("check:get", on=(FLOOR,), roles=SERVICE, limit=READS, errors=(SessionMerged,), about_session=True)
async def get_floor_checks(ctx: Context, request: Nothing) -> FloorChecksReply:
    """Read what a party owes and what it has paid, and why something was taken off."""
    session = await access.session_to_see(ctx)
    return FloorChecksReply.model_construct(
        checks=tuple(floor_check_view(one) for one in await access.checks(ctx, session))
    )
