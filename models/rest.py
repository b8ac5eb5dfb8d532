"""What goes over HTTP: names as the published REST protocol has them, as in Python and with underscores."""

from pydantic import ConfigDict

from models.base import Request, Value


class RestValue(Value):
    """A part of an answer over HTTP."""

    model_config = ConfigDict(alias_generator=None)


class RestRequest(Request):
    """What a client asks over HTTP; a name that differs from Python's has an alias of its own."""

    model_config = ConfigDict(alias_generator=None)
