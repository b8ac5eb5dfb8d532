"""What an SMS phone is told over its socket, beside the answers to what it says. Nothing of it is kept: what a phone
has missed is agreed on when it registers again.
"""

from datetime import datetime

from pydantic import Field

from models.base import Value
from models.sms import MessageKind


class SendMessage(Value):
    """`sms:send`. `phone` and `text` are shown to nobody and written into no log."""

    correlation_id: str
    phone: str = Field(repr=False)
    text: str = Field(repr=False)
    kind: MessageKind
    parts: int
    sim: int
    attempt: int
    epoch: int
    not_after: datetime


class CancelMessage(Value):
    """`sms:cancel`"""

    correlation_id: str


class PingPhone(Value):
    """`sms:ping`: answer with `sms:pong`."""
