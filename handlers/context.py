"""What a command is given: who asks, when, and the means to read, draw and stage writes. It never sees a socket or
a driver.

A command may be run several times until its write is in. So it has no other effect than what it stages, and
whatever it draws (ids, a PIN, a number) is drawn once and handed out again on the next attempt.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from models.audit import AuditEntry, Fact, Facts, masked_address
from models.base import Aggregate, Value
from models.errors import NotJoined
from models.payment_view import OnlinePayment
from models.pin import KeyedHash
from models.principal import Guest, Principal
from models.rules import Rules
from models.sealed import BlindIndex, Sealed
from models.store.paging import Latest, Page, Scan
from models.text import Texts

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")


class Work(Protocol):
    """The unit of work of one attempt; see `models.store.work`."""

    restaurant_id: str

    @property
    def is_empty(self) -> bool: ...
    async def get(self, model: type[A], entry_id: str) -> A | None: ...
    async def get_each(self, model: type[A], ids: list[str]) -> list[A]: ...
    async def fresh(self, model: type[A], entry_id: str) -> A | None: ...
    async def members(self, model: type[A], group_name: str, key: str) -> list[A]: ...
    async def members_of_each(self, model: type[A], group_name: str, keys: list[str]) -> list[A]: ...
    async def first(self, model: type[A], **fields: Any) -> A | None: ...
    async def every(self, model: type[A], **fields: Any) -> list[A]: ...
    async def page(self, model: type[A], page: Page) -> list[A]: ...
    async def latest(self, model: type[A], latest: Latest) -> list[A]: ...
    async def scan(self, model: type[Aggregate], scan: Scan, take: Callable[[list[dict[str, Any]]], None]) -> None: ...
    async def only(self, model: type[A]) -> A | None: ...
    def save(self, aggregate: A, *, above: int = 0) -> A: ...
    def add(self, aggregate: A, *, above: int = 0) -> A: ...
    async def lock(self, key: str) -> timedelta: ...


class Source(Protocol):
    """Where ids and randomness come from (`server.clock`)."""

    def new_id(self) -> str: ...
    def pin(self) -> str: ...
    def code(self) -> str: ...
    def token(self) -> str: ...


class Vault(Protocol):
    """Peppers, signing keys and passwords; the secrets themselves never leave it (`server.auth`)."""

    def keyed_hash(self, purpose: str, scope: str, secret: str, key: str | None = None) -> KeyedHash: ...
    def sign(self, purpose: str, *parts: str) -> str: ...
    def read(self, purpose: str, token: str, max_age: int | None) -> list[str] | None: ...
    def seal(self, place: str, text: str) -> Sealed: ...
    def unseal(self, place: str, sealed: Sealed) -> str: ...
    def blind(self, restaurant_id: str, what: str, text: str) -> tuple[BlindIndex, ...]: ...
    async def hash_password(self, password: str) -> str: ...
    async def is_password(self, password: str, password_hash: str | None) -> bool: ...


class Online(Protocol):
    """Whoever takes payments online (`server.payments`), as far as commands know of it: they never speak to it."""

    name: str
    publishable_key: str
    script_url: str

    def step(self, currency: str) -> int: ...


class Texting(Protocol):
    """Whoever sends messages to phones (`sms_gateway`), as far as commands know of it: they never speak to it."""

    has_provider: bool
    """Whether there is anybody but the house's own phones."""
    is_stand_in: bool
    """Whether that is only there as long as the house has no phone."""

    def test_code(self, phone: str) -> str | None:
        """Return the code that a test number always has; None for every number that is somebody's."""


def online_payment(online: Online | None) -> OnlinePayment | None:
    """Say with whom guests pay; None where they cannot."""
    if online is None:
        return None
    return OnlinePayment(provider=online.name, publishable_key=online.publishable_key, script_url=online.script_url)


class Numbers(Protocol):
    """Order numbers of a house, taken in blocks so that placing an order costs no round trip for one."""

    async def take(self, work: Any, counter: str) -> int: ...


class Draws:
    """Random values of one command: drawn at the first attempt, the same ones in the same order at every later
    attempt.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._drawn: dict[str, list[Any]] = {}
        self._taken: dict[str, int] = {}

    def rewind(self) -> None:
        """Begin another attempt."""
        self._taken.clear()

    def new_id(self) -> str:
        """Return a new opaque id."""
        return self._draw("id", self._source.new_id)

    def pin(self) -> str:
        """Return four digits, uniform over all ten thousand."""
        return self._draw("pin", self._source.pin)

    def code(self) -> str:
        """Return six digits, uniform over the whole million."""
        return self._draw("code", self._source.code)

    def token(self) -> str:
        """Return a secret of 128 bits."""
        return self._draw("token", self._source.token)

    async def once(self, what: str, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` gave at the first attempt that came this far."""
        drawn = self._drawn.setdefault(what, [])
        if not drawn:
            drawn.append(await make())
        value: T = drawn[0]
        return value

    def _draw(self, what: str, make: Callable[[], str]) -> str:
        drawn, taken = self._drawn.setdefault(what, []), self._taken.get(what, 0)
        if taken == len(drawn):
            drawn.append(make())
        self._taken[what] = taken + 1
        return str(drawn[taken])


@dataclass(slots=True)
class Context:
    """One attempt of one command. `session_id` is the session it is about: the guest's own, or the one the staff
    named.
    """

    principal: Principal
    now: datetime
    store: Work
    ids: Draws
    vault: Vault
    numbers: Numbers
    rules: Rules
    texts: Texts
    language: str
    namespace: str
    session_id: str | None = None
    becomes: Principal | None = field(default=None)
    """Who the connection is from the commit on (after a join, a log-in, a leave)."""
    online: Online | None = None
    """None: nobody can pay online here."""
    texting: Texting | None = None
    """None: no message can be sent, not even by phones of the house."""
    process: str = ""
    """The process of the server in which this runs."""
    public_url: str = ""
    """Where people, and phones that are paired, find the server."""

    def require_session_id(self) -> str:
        """Return the session the command is about; raises `NotJoined`."""
        if self.session_id is None:
            raise NotJoined
        return self.session_id

    def record(
        self,
        act: str,
        *,
        session_id: str | None = None,
        subject: str | None = None,
        before: Facts | None = None,
        after: Facts | None = None,
        **details: Fact,
    ) -> None:
        """Stage the audit entry of what is being done: it is written with the act, or not at all.

        `before` and `after` are the fields that the act changes, as they were and as they are then.
        """
        principal = self.principal
        self.store.add(
            AuditEntry(
                id=self.ids.new_id(),
                restaurant_id=self.store.restaurant_id,
                at=self.now,
                act=act,
                actor=principal.actor,
                session_id=session_id or (principal.session_id if isinstance(principal, Guest) else None),
                subject=subject,
                address=masked_address(principal.address),
                device=principal.device,
                before=before or {},
                after=after or {},
                details=details,
            )
        )


class Reply(Value):
    """What a command answers with; on the wire beside `success: true`."""

    @property
    def tally(self) -> str | None:
        """Under which name it is counted once it is given (`server.telemetry`), if it is."""
        return None

    def text(self) -> str:
        """Return it as the JSON text of one object."""
        return self.model_dump_json(by_alias=True)


class Done(Reply):
    """Nothing more to say."""
