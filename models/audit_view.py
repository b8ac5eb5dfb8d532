"""What managers see of the audit log."""

from datetime import datetime

from models.audit import AuditEntry, Facts
from models.base import Actor, Value


class AuditEntryView(Value):
    """One entry, whole; `number` is null until it has its place in the chain."""

    id: str
    number: int | None
    at: datetime
    act: str
    actor: Actor
    session_id: str | None
    subject: str | None
    address: str
    device: str
    before: Facts
    after: Facts
    details: Facts


def audit_entry_view(entry: AuditEntry) -> AuditEntryView:
    """Return an entry as managers see it."""
    return AuditEntryView(
        id=entry.id,
        number=entry.seal.number if entry.seal else None,
        at=entry.at,
        act=entry.act,
        actor=entry.actor,
        session_id=entry.session_id,
        subject=entry.subject,
        address=entry.address,
        device=entry.device,
        before=entry.before,
        after=entry.after,
        details=entry.details,
    )
