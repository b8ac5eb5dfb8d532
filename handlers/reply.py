"""Answers that several subjects give."""

from pydantic import ConfigDict

from handlers.context import Reply
from models.dining_view import FloorSessionView


class SessionReply(Reply):
    """The session as it is now."""

    session: FloorSessionView


class RestReply(Reply):
    """Base of what is answered over HTTP: names as in `models.rest`, and nothing beside them."""

    model_config = ConfigDict(alias_generator=None)
