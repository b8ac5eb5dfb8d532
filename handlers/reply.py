"""Answers that several subjects give."""

from handlers.context import Reply
from models.view import FloorSessionView


class SessionReply(Reply):
    """The session as it is now."""

    session: FloorSessionView
