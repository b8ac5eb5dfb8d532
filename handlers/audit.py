"""Reading the audit log of the house: what happened, newest first, page by page. That it was read is in it, too."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.audit import AuditEntry
from models.audit_view import AuditEntryView, audit_entry_view
from models.base import Id, Request
from models.principal import MANAGEMENT
from models.store.paging import Page

MOST_ENTRIES = 100
READ = "audit-read"
READ_SECONDS = 60
"""Reading is written down once in this time for each person: who pages through a night is one entry."""

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _sensible(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("not a time at which a house was open")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]

PageMark = Annotated[str, StringConstraints(pattern=r"^[0-9]{12,13}\.[A-Za-z0-9_\-]{1,64}$")]
"""The time of an entry in milliseconds, and its id."""


class ListAudit(Request):
    """What to look for, all of it optional and all of it at once: `since` is included, `until` is not."""

    session_id: Id | None = None
    act: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z\-]{0,39}$")] | None = None
    actor_id: Id | None = None
    subject: Id | None = None
    since: Moment | None = None
    until: Moment | None = None
    before: PageMark | None = None
    limit: int = Field(default=50, ge=1, le=MOST_ENTRIES)


class AuditReply(Reply):
    """A page of entries, newest first; `next` is to be given as `before` for the next page, null after the last."""

    entries: tuple[AuditEntryView, ...]
    next: str | None


@command("audit:list", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(20, per=10))
async def list_entries(ctx: Context, request: ListAudit) -> AuditReply:
    """Read the audit log of the house, newest first. Reading it is an entry itself, once a minute."""
    asked = {
        "session_id": request.session_id,
        "act": request.act,
        "actor.id": request.actor_id,
        "subject": request.subject,
    }
    fields = {name: value for name, value in asked.items() if value is not None}
    page = Page(request.limit + 1, fields, request.since, request.until, _place(request.before))
    found = await ctx.store.page(AuditEntry, page)
    await _note_reading(ctx, request)
    shown = found[: request.limit]
    return AuditReply(
        entries=tuple(audit_entry_view(one) for one in shown),
        next=_mark(shown[-1]) if len(found) > len(shown) else None,
    )


async def _note_reading(ctx: Context, request: ListAudit) -> None:
    reader = ctx.principal.actor
    lately = Page(1, {"act": READ, "actor.id": reader.id}, since=ctx.now - timedelta(seconds=READ_SECONDS))
    if not await ctx.store.page(AuditEntry, lately):
        ctx.record(
            READ,
            session_id=request.session_id,
            subject=request.subject,
            of_act=request.act,
            of_actor=request.actor_id,
        )


def _mark(entry: AuditEntry) -> str:
    return f"{(entry.at - _EPOCH) // _MILLISECOND}.{entry.id}"


def _place(mark: str | None) -> tuple[datetime, str] | None:
    if mark is None:
        return None
    milliseconds, _, entry_id = mark.partition(".")
    return _EPOCH + int(milliseconds) * _MILLISECOND, entry_id
