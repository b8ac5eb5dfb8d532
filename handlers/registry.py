"""Declaring a command: its name, where and by whom it may be sent, how often, and, in its signature, what goes in
and out.

From the declarations come the dispatcher's table, the allow-list of the engine and the published protocol documents.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic import create_model

from handlers.context import Context, Reply
from models.base import Id, Request
from models.errors import Refusal, SessionMerged
from models.principal import Principal, Role

R = TypeVar("R", bound=Request)
P = TypeVar("P", bound=Reply)

TABLE, FLOOR, KITCHEN, CHECKOUT, SMS = "/table", "/floor", "/kitchen", "/checkout", "/sms"

REST = "rest"
"""Where commands are that come over HTTP: `server.checkout` has their methods and paths."""

PROVING = frozenset(
    {
        "session:join",
        "staff:login",
        "staff:refresh",
        "device:pair",
        "sms:register",
        "audit:list",
        "code:send",
        "code:verify",
        "session:refresh",
    }
)
"""What is tried by whoever wants in, or at the log itself: audited also when it is refused, wherever it is sent."""

READING = frozenset({"get", "list", "draft", "plan", "probe", "quote"})
UNSENT = frozenset({"cart", "checkout"})
"""What has not been ordered yet is not audited."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` of this command in `per` seconds for one connection."""

    count: int
    per: float


UNLIMITED = Limit(1_000_000, per=1)
"""What no connection sends: over HTTP each call is one by itself, and `server.throttle` counts all of an address."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[R]):
    """What one client asks, of several that are answered together."""

    by: Principal
    request: R


Together = Callable[[Context, Sequence[Asked[Any]]], Awaitable[Sequence[Reply | None]]]
"""Carries out what several clients of a house ask at the same time, in one transaction; an answer for each, None for
one that is to be carried out alone.
"""


@dataclass(frozen=True)
class Command:
    """One use case. `is_about_session`: on the floor its request also names the session (`sessionId`)."""

    name: str
    namespaces: tuple[str, ...]
    roles: frozenset[Role]
    limit: Limit
    errors: tuple[type[Refusal], ...]
    is_about_session: bool
    with_snapshot: bool
    run: Callable[[Context, Any], Awaitable[Reply]]
    together: Together | None = None
    """Where so many of a house come at a time that one transaction for each would be too many."""

    @cached_property
    def request(self) -> type[Request]:
        """The model of its argument."""
        model = get_type_hints(self.run)["request"]
        return model if issubclass(model, Request) else Request

    @cached_property
    def reply(self) -> type[Reply]:
        """The model of its answer."""
        model = get_type_hints(self.run)["return"]
        return model if issubclass(model, Reply) else Reply

    @cached_property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.run) or "").split("\n", 1)[0]

    @cached_property
    def _floor_request(self) -> type[Request]:
        name = f"{self.request.__name__}ForSession"
        return create_model(name, __base__=self.request, __doc__=self.request.__doc__, session_id=(Id, ...))

    def is_audited_in(self, namespace: str) -> bool:
        """Whether an attempt that is refused goes into the audit log: what staff change, and what proves someone."""
        subject, _, verb = self.name.partition(":")
        is_change = verb not in READING and subject not in UNSENT
        return self.name in PROVING or (namespace == FLOOR and is_change)

    def errors_in(self, namespace: str) -> tuple[type[Refusal], ...]:
        """The refusals of its own subject in a namespace: the session that staff name may have been merged."""
        is_named = self.is_about_session and namespace == FLOOR
        return (*self.errors, SessionMerged) if is_named and SessionMerged not in self.errors else self.errors

    def request_in(self, namespace: str) -> type[Request]:
        """The model of its argument in a namespace: staff say which session they mean."""
        return self._floor_request if self.is_about_session and namespace == FLOOR else self.request


def command(
    name: str,
    *,
    on: tuple[str, ...],
    roles: frozenset[Role],
    limit: Limit = UNLIMITED,
    errors: tuple[type[Refusal], ...] = (),
    about_session: bool = False,
    snapshot: bool = False,
    together: Together | None = None,
) -> Callable[[Callable[[Context, R], Awaitable[P]]], Callable[[Context, R], Awaitable[P]]]:
    """Declare a command. `errors` are those of its own subject; what every command can answer is not repeated. `limit`
    belongs to what is sent over sockets, and only to that: raises ValueError otherwise.
    """
    if (limit is UNLIMITED) != (on == (REST,)):
        raise ValueError(f"{name}: a limit of its own is for sockets, and every command there has one")

    def declare(run: Callable[[Context, R], Awaitable[P]]) -> Callable[[Context, R], Awaitable[P]]:
        declared = Command(name, on, roles, limit, errors, about_session, snapshot, run, together)
        run.__command__ = declared  # type: ignore[attr-defined]
        return run

    return declare


class Registry:
    """All commands by namespace and name."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._commands: dict[tuple[str, str], Command] = {}
        for module in modules:
            for member in vars(module).values():
                declared = getattr(member, "__command__", None)
                if isinstance(declared, Command) and member.__module__ == module.__name__:
                    self._add(declared)

    def get(self, namespace: str, name: str) -> Command | None:
        """Return a command, or None when there is none of that name."""
        return self._commands.get((namespace, name))

    def all(self) -> list[tuple[str, Command]]:
        """Return every command with each namespace it is in, sorted."""
        return [(namespace, found) for (namespace, _), found in sorted(self._commands.items())]

    def _add(self, declared: Command) -> None:
        for namespace in declared.namespaces:
            if (namespace, declared.name) in self._commands:
                raise ValueError(f"{declared.name} is declared twice in {namespace}")
            self._commands[namespace, declared.name] = declared
