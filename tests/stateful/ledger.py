"""What was acknowledged, as a simple model: from it follows what must be in the database, and nothing else may be."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stateful.servers import Person

Lines = tuple[tuple[str, str, int, str], ...]
"""Of a cart: id, dish, quantity and note of each line, in order."""


class Broken(AssertionError):  # noqa: N818
    """An invariant does not hold; says which."""


def require(is_true: object, claim: str) -> None:
    """Raise `Broken` with the claim unless it is true."""
    if not is_true:
        raise Broken(claim)


def lines_in(snapshot: dict[str, Any]) -> Lines:
    """Return the lines of a cart or an order as a client is shown them."""
    return tuple((one["id"], one["itemId"], one["quantity"], one["note"]) for one in snapshot["lines"])


@dataclass(frozen=True, slots=True)
class CartWrite:
    """One acknowledged write of a cart: what was asked, and the lines that the answer showed."""

    name: str
    request: dict[str, Any]
    shown: Lines
    taken: Lines | None = None
    """What the order of `order:place` has."""

    def after(self, before: Lines) -> Lines:
        """Return what the lines must be after this write."""
        line_id = self.request.get("lineId")
        match self.name:
            case "cart:add":
                mine = [one for one in self.shown if one[3] == self.request["note"]]
                require(len(mine) == 1, f"{self.request['note']} stands once in its own answer: {self.shown}")
                require(mine[0][1:3] == (self.request["itemId"], self.request["quantity"]), f"added as asked: {mine}")
                return (*before, mine[0])
            case "cart:update":
                return tuple(
                    (one[0], one[1], self.request["quantity"], one[3]) if one[0] == line_id else one for one in before
                )
            case "cart:remove":
                return tuple(one for one in before if one[0] != line_id)
            case "cart:clear" | "order:place":
                return ()
        return before


@dataclass
class Cart:
    """The lines of one cart when somebody last looked, and all acknowledged writes since by the versions they made."""

    base: Lines = ()
    writes: dict[int, CartWrite] = field(default_factory=dict)

    def take(self, version: int, write: CartWrite) -> None:
        """Note a write; two of them cannot have made one version."""
        known = self.writes.setdefault(version, write)
        require(known is write, f"version {version} was made once: {known} {write}")

    def lines(self) -> Lines:
        """Return the lines that are left of all writes in their order; each must have shown what follows from it."""
        lines = self.base
        for version, write in sorted(self.writes.items()):
            if write.name == "order:place":
                require(write.taken == lines, f"the order at {version} is the cart: {write.taken} {lines}")
            lines = write.after(lines)
            require(write.shown == lines, f"no line was lost or doubled at {version}: {write.shown} {lines}")
        return lines


@dataclass
class Guest:
    """A participant, on one device. `removal_begun`: someone has asked to have them out, or they themselves."""

    person: Person
    id: str
    removal_begun: bool = False
    is_removed: bool = False


@dataclass
class Helper:
    """One log-in of someone who comes and goes. `is_ending`: somebody has begun to end it. `shown`: when each of its
    tokens was shown first.
    """

    person: Person
    login: str
    tokens: list[str]
    is_ending: bool = False
    ended_at: float | None = None
    shown: dict[str, datetime] = field(default_factory=dict)
    refreshing: int = 0
    """How many show a token at the moment."""
    is_doubtful: bool = False
    """Whether two show a token at once: if time passes between them, the log-in ends."""

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Be one of those who show a token."""
        self.refreshing += 1
        self.is_doubtful = self.is_doubtful or self.refreshing > 1
        try:
            yield
        finally:
            self.refreshing -= 1
            self.is_doubtful = self.is_doubtful and self.refreshing > 0

    def has_ended_for(self, seconds: float) -> bool:
        """Whether it ended so long ago that every server knows."""
        return self.ended_at is not None and time.monotonic() - self.ended_at > seconds

    def end(self) -> None:
        """Note that it has ended."""
        self.is_ending, self.ended_at = True, self.ended_at or time.monotonic()


@dataclass
class Party:
    """One session: who is in, what its carts show, what it ordered."""

    id: str
    table_id: str
    mode: str
    pin: str
    pin_version: int = 0
    """The version of the session that made the PIN."""
    guests: list[Guest] = field(default_factory=list)
    shown: dict[str | None, dict[str, Any]] = field(default_factory=dict)
    """The newest cart that anyone was shown, by its owner."""
    pins_begun: int = 0
    pins_ended: int = 0
    closings: int = 0
    """Tries to close it that are on their way."""
    is_closed: bool = False
    has_moved: bool = False
    friends: list["Party"] = field(default_factory=list)
    """With whom it may have been merged: who closes a host closes all of it."""
    owners: dict[str, str | None] = field(default_factory=dict)
    """Whose cart each guest was last shown."""

    @property
    def closing_begun(self) -> bool:
        """Whether it may be closed by now, by itself."""
        return self.is_closed or self.closings > 0

    @property
    def may_be_closed(self) -> bool:
        """Whether it may be closed by now, by itself or with others."""
        return self.closing_begun or any(one.closing_begun for one in self.friends)

    def meet(self, other: "Party") -> None:
        """Note that two parties may be merged from now on."""
        everyone = [*dict.fromkeys([id(one) for one in (self, *self.friends, other, *other.friends)])]
        known = {id(one): one for one in (self, *self.friends, other, *other.friends)}
        for one in known.values():
            one.friends = [known[key] for key in everyone if known[key] is not one]
            one.has_moved = True

    def take_pin(self, answer: dict[str, Any]) -> None:
        """Note the PIN that an answer tells, unless a newer one is known."""
        if answer.get("pin") and answer["session"]["version"] > self.pin_version:
            self.pin, self.pin_version = answer["pin"], answer["session"]["version"]

    @property
    def present(self) -> list[Guest]:
        """Those who are in for sure."""
        return [one for one in self.guests if not one.removal_begun]


@dataclass
class Order:
    """One acknowledged round."""

    id: str
    party: Party
    key: str
    lines: Lines
    total: int


@dataclass
class Ledger:
    """Everything that was acknowledged in one house."""

    parties: list[Party] = field(default_factory=list)
    carts: dict[str, Cart] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """Ids of orders by the keys that made them."""
    acts: Counter[str] = field(default_factory=Counter)
    done: set[str] = field(default_factory=set)
    """Operation ids and keys that were carried out."""
    replayed: dict[str, str | None] = field(default_factory=dict)
    """Those that were answered as repeated, with the order that was named, if it was one."""
    corrections: dict[str, tuple[object, ...]] = field(default_factory=dict)
    """Kind, line, portions and percentage of what was taken off, by the id of the correction."""
    cancelled: set[str] = field(default_factory=set)
    """Lines of rounds that were cancelled while they waited."""
    tenders: dict[str, int] = field(default_factory=dict)
    refunded: int = 0
    newcomers: list[tuple[str, Guest]] = field(default_factory=list)
    """Who joined just now, by the session."""
    is_mixed: bool = False
    """Whether lines may have changed carts, by a merge or its end, since somebody looked."""
    was_mixed: bool = False
    """Whether that ever happened."""

    @property
    def running(self) -> list[Party]:
        """Parties that nobody has begun to close."""
        return [one for one in self.parties if not one.closing_begun]

    def take_cart(self, party: Party, cart: dict[str, Any], guest: Guest | None = None) -> None:
        """Note what a cart was shown as, and to whom."""
        if guest is not None:
            party.owners[guest.id] = cart["owner"]
        known = party.shown.get(cart["owner"])
        if known is None or known["version"] < cart["version"]:
            party.shown[cart["owner"]] = cart

    def is_first(self, operation: str, answer: dict[str, Any]) -> bool:
        """Note an operation that was answered; says whether this answer is the one of its being carried out."""
        if "replayed" not in answer:
            is_first = operation not in self.done
        elif is_first := not answer["replayed"]:
            require(operation not in self.done, f"{operation} is carried out once")
        else:
            self.replayed[operation] = answer["order"]["id"] if "order" in answer else None
        if is_first:
            self.done.add(operation)
        return is_first

    def settle(self) -> None:
        """Look at the repeats, once the answers to the first ones are here, too."""
        for operation, order_id in self.replayed.items():
            require(operation in self.done, f"{operation} was carried out before it was repeated")
            if operation in self.keys:
                require(self.keys[operation] == order_id, f"{operation} is answered with its own order")
        self.replayed.clear()
        for session_id, guest in self.newcomers:
            next(one for one in self.parties if one.id == session_id).guests.append(guest)
        self.newcomers.clear()

    def require_kept(self, stored: dict[str, Lines]) -> None:
        """Require that what is in all carts together is what was acknowledged, whatever cart a line is in by now."""
        if not self.is_mixed:
            for cart_id, lines in stored.items():
                known = self.carts.get(cart_id, Cart()).lines()
                require(lines == known, f"cart {cart_id} has what was acknowledged: {lines} {known}")
        else:
            self._require_kept_together([line for lines in stored.values() for line in lines])
        self.carts = {cart_id: Cart(lines) for cart_id, lines in stored.items()}
        self.is_mixed = False

    def _require_kept_together(self, present: list[tuple[str, str, int, str]]) -> None:
        before = {line[0]: {line} for cart in self.carts.values() for line in cart.base}
        gone: set[str] = set()
        is_cleared = False
        for write in (one for cart in self.carts.values() for one in cart.writes.values()):
            gone |= {line[0] for line in write.taken or ()}
            gone |= {write.request["lineId"]} if write.name == "cart:remove" else set()
            is_cleared = is_cleared or write.name == "cart:clear"
            for line in write.shown:
                before.setdefault(line[0], set()).add(line)
        ids = Counter(line[0] for line in present)
        require(not ids or max(ids.values()) == 1, f"no line is in two carts: {ids}")
        require(not ids.keys() & gone, f"what was sent or taken out does not come back: {ids.keys() & gone}")
        require(ids.keys() <= before.keys(), f"no line comes from nowhere: {ids.keys() - before.keys()}")
        lost = before.keys() - gone - ids.keys()
        require(is_cleared or not lost, f"no line is lost by merging: {lost}")
        require(all(line in before[line[0]] for line in present), f"every line is as it was: {present} {before}")
