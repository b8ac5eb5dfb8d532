"""An evening in one house, step by step: whatever number a step is, it is something that people may do there."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from stateful.ledger import Broken, Cart, CartWrite, Guest, Helper, Ledger, Order, Party, lines_in, require
from stateful.servers import House, Person, Servers
from stateful.shares import Shares
from stateful.truth import Truth, total_of

from models.principal import Role

T = TypeVar("T")

NEVER = frozenset({"INTERNAL", "VALIDATION_FAILED", "UNAVAILABLE", "OUTCOME_UNKNOWN", "FORBIDDEN", "RATE_LIMITED"})
"""What an honest client is never answered while everything runs."""

EVERYWHERE = frozenset(
    {"NOT_FOUND", "SESSION_MERGED", "SESSION_CLOSED", "NOT_JOINED", "UNAUTHENTICATED", "SESSION_EXPIRED"}
)
"""What a command may answer without naming it among its own refusals."""

AFTER_THE_END = frozenset({"payment:refund", "check:get", "order:list", "sync:get"})
"""What may succeed for a session that is closed."""

TAKES_BACK = frozenset({"ticket:recall", "line:set-status"})
"""By what a cook brings back to be cooked what was finished."""

NAMES_BOTH = frozenset({"session:merge"})
"""What names its sessions by itself."""

KNOWN_SECONDS = 2.0
"""How long a server may go on to serve someone whose log-in was ended at another, as promised."""

MIXES = frozenset({"session:merge", "session:unmerge"})

MOST_PARTIES = 12


class Picks:
    """One number that decides everything about a step; zero decides for the simplest."""

    def __init__(self, number: int) -> None:
        self._number = number

    def below(self, count: int) -> int:
        """Return a number from zero up to, not including, `count`."""
        self._number, picked = divmod(self._number, count)
        return picked

    def one_of(self, options: Sequence[T]) -> T:
        """Return one of some options."""
        return options[self.below(len(options))]


@dataclass
class Evening:
    """The people of one house, what they were answered, and what they do next."""

    servers: Servers
    house: House
    ledger: Ledger
    truth: Truth
    history: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    _operations: int = 0
    helpers: list[Helper] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    """Log-ins of those who were let go."""
    asked: set[str] = field(default_factory=set)
    """Requests for service."""
    shares: Shares = field(default_factory=Shares)
    repeatable: list[Callable[[int], Awaitable[None]]] = field(default_factory=list)
    """What was sent lately, ready to be sent again as it was."""

    async def together(self, rules: Sequence[tuple["Rule", Picks]], *, then_look: bool) -> None:
        """Let some things happen at the same moment; then every answer, and what is stored if somebody looks, must be
        right. Raises `Broken`.
        """
        self.history.append("— " + " & ".join(rule.__name__ for rule, _ in rules))
        try:
            await asyncio.gather(*(rule(self, picks) for rule, picks in rules))
            self.ledger.settle()
            if then_look or self.ledger.is_mixed:
                await self.truth.read()
                self.truth.compare(self.ledger)
                self.shares.require_kept(self.truth.found["checks"])
        except Broken as broken:
            raise Broken("\n".join([str(broken), *self.history])) from None

    def operation(self) -> str:
        """Return the id of a new operation."""
        self._operations += 1
        return f"operation-{self._operations}"

    # ── who ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def staff(self, picks: Picks) -> Person:
        """Someone of the floor."""
        if self.helpers and picks.below(3) == 2:
            return picks.one_of(self.helpers).person
        return self.house.staff[picks.one_of((Role.WAITER, Role.MANAGER))]

    def party(self, picks: Picks) -> Party | None:
        """A party that is there."""
        running = self.ledger.running or self.ledger.parties[-1:]
        # Now and then one that has gone: its session takes nothing any more.
        known = self.ledger.parties if self.ledger.parties and picks.below(12) == 11 else running
        return picks.one_of(known) if known else None

    def speaker(self, party: Party, picks: Picks) -> tuple[Person, Guest | None]:
        """Someone who may change a party's cart: mostly its guests, sometimes one who is out, sometimes staff."""
        if not party.guests or picks.below(5) == 4:
            return self.staff(picks), None
        guest = picks.one_of(party.guests)
        return guest.person, guest

    def shown(self, party: Party, guest: Guest | None) -> dict[str, Any]:
        """Return the cart that someone's commands go to as it was last shown, empty when it never was."""
        usual = guest.id if guest and party.mode == "INDIVIDUAL" else None
        return party.shown.get(party.owners.get(guest.id, usual) if guest else usual, {})

    def party_of(self, session_id: str) -> Party:
        """Return the party of a session."""
        return next(one for one in self.ledger.parties if one.id == session_id)

    # ── saying ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def say(
        self,
        server: int,
        person: Person,
        name: str,
        request: dict[str, Any],
        party: Party | None = None,
        guest: Guest | None = None,
    ) -> dict[str, Any]:
        """Send a command, judge the answer and return it."""
        if party and not guest and person.client.namespace == "/floor" and name not in NAMES_BOTH:
            request = {**request, "sessionId": party.id}
        was_closed, was_removed = bool(party and party.is_closed), bool(guest and guest.is_removed)
        helper = next((one for one in self.helpers if one.person is person), None)
        was_ended = helper is not None and helper.has_ended_for(KNOWN_SECONDS)
        answer = await person.send(server, name, request)
        code = "ok" if answer["success"] else answer["error"]["code"]
        self.answers[f"{name} {code}"] += 1
        who = guest.id[-4:] if guest else person.client.namespace
        self.history.append(f"{server} {who} {name} {_short(request)} → {code} {_versions(answer)}")
        if not answer["success"]:
            self._judge_refusal(person, name, code, answer["error"], party, guest)
            return answer
        is_repeat = answer.get("replayed") or request.get("opId") in self.ledger.done
        require(not was_closed or is_repeat or name in AFTER_THE_END, f"{name} at a closed session")
        # A repeat only reads. A server that is behind may show what its phone could have seen a moment ago.
        require(not was_ended, f"{name} by someone whose log-in has ended")
        require(not was_removed or is_repeat, f"{name} by someone who is out")
        return answer

    def _judge_refusal(
        self, person: Person, name: str, code: str, error: dict[str, Any], party: Party | None, guest: Guest | None
    ) -> None:
        registry = self.servers.apps[0].registry
        command = registry.get(person.client.namespace, name)
        declared = {one.code for one in command.errors} if command else set()
        require(code in declared | EVERYWHERE and code not in NEVER, f"{name} was refused: {error}")
        if code == "SESSION_CLOSED":
            # A cook names a ticket, whose party may have been merged since the last look: any that has gone may be it.
            parties = [party] if party else self.ledger.parties if name in TAKES_BACK else []
            require(any(one.may_be_closed for one in parties), f"{name}: nobody closed {party and party.id}")
        if code in ("NOT_JOINED", "UNAUTHENTICATED") and guest is not None:
            require(guest.removal_begun or (party and party.may_be_closed), f"{name}: {guest.id} is in, yet {code}")
        if code == "SESSION_EXPIRED" or (code == "UNAUTHENTICATED" and guest is None):
            ending = any(one.is_ending or one.is_doubtful for one in self.helpers if one.person is person)
            require(ending, f"{name}: nobody has ended the log-in, yet {code}")
        if code == "CART_CHANGED" and party:
            self.ledger.take_cart(party, error["details"]["cart"], guest)

    # ── carts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def write_cart(
        self, server: int, party: Party, who: tuple[Person, Guest | None], name: str, request: dict[str, Any]
    ) -> None:
        """Send a change of a cart, note what it made, and keep it to be repeated."""
        operation = request.get("opId")
        answer = await self.say(server, who[0], name, request, party, who[1])
        if operation:
            self.repeatable.append(lambda other: self.write_cart(other, party, who, name, request))
        if not answer["success"]:
            return
        cart = answer["cart"]
        self.ledger.take_cart(party, cart, who[1])
        is_first = self.ledger.is_first(operation, answer) if operation else not answer["replayed"]
        if is_first:
            known = self.ledger.carts.setdefault(cart["id"], Cart())
            known.take(cart["version"], CartWrite(name, request, lines_in(cart)))

    async def place(self, server: int, party: Party, who: tuple[Person, Guest | None], request: dict[str, Any]) -> None:
        """Send the cart under a key, note the order, and keep it to be repeated."""
        key = request["idempotencyKey"]
        answer = await self.say(server, who[0], "order:place", request, party, who[1])
        self.repeatable.append(lambda other: self.place(other, party, who, request))
        if not answer["success"]:
            return
        order = answer["order"]
        if not self.ledger.is_first(key, answer):
            return
        taken, cart = lines_in(order), answer["cart"]
        self._require_priced(order)
        self.ledger.take_cart(party, cart, who[1])
        write = CartWrite("order:place", request, lines_in(cart), taken)
        self.ledger.carts.setdefault(cart["id"], Cart()).take(cart["version"], write)
        self.ledger.keys[key] = order["id"]
        self.ledger.orders[order["id"]] = Order(order["id"], party, key, taken, total_of(order))
        self.ledger.acts["order-placed"] += 1

    def _require_priced(self, order: dict[str, Any]) -> None:
        dishes = {dish.id: dish.price for dish in self.house.menu.dishes}
        options = {one.id: one.price for group in self.house.menu.modifier_groups for one in group.options}
        for line in order["lines"]:
            price = dishes[line["itemId"]] + sum(options[one["id"]] for one in line["modifiers"])
            require(line["unitPrice"]["amount"] == price, f"{line['itemId']} costs what the menu says: {line}")
        require(order["total"]["amount"] == total_of(order), f"the total is the sum: {order['total']}")

    # ── sessions and money: one operation id each ─────────────────────────────────────────────────────────────────────

    async def act(
        self,
        server: int,
        person: Person,
        name: str,
        request: dict[str, Any],
        party: Party,
        acts: Sequence[str] = (),
        done: Callable[[dict[str, Any]], None] = lambda _: None,
        guest: Guest | None = None,
    ) -> bool:
        """Send what staff, or a guest, do under an operation id; `acts` and `done` count when it is carried out the
        first time.
        """
        is_closing, is_new_pin = name == "session:close", name in ("pin:rotate", "participant:eject")
        party.closings += is_closing
        party.pins_begun += is_new_pin
        if name in MIXES:
            self.ledger.is_mixed = self.ledger.was_mixed = True
        answer = await self.say(server, person, name, request, party, guest)
        self.repeatable.append(lambda other: self._again(other, person, name, request, party, acts, done, guest))
        party.closings -= is_closing
        party.pins_ended += is_new_pin
        if not answer["success"]:
            return False
        party.is_closed = party.is_closed or is_closing
        party.take_pin(answer)
        if self.ledger.is_first(request.get("opId") or request["idempotencyKey"], answer):
            self.ledger.acts.update(acts)
            done(answer)
        return True

    async def guess(self, server: int, person: Person, party: Party, digits: str) -> None:
        """Try a PIN that is not the party's; right by chance only if the PIN changed to it meanwhile."""
        request = {"pin": digits, "name": "Mallory"}
        answer = await self.say(server, person, "session:join", request)
        if answer["success"]:
            is_theirs = answer["session"]["id"] == party.id
            require(not is_theirs or party.pins_begun, f"{digits} is not the PIN of {party.id}")
            self.joined(person, answer)

    async def join(self, server: int, person: Person, party: Party) -> None:
        """Try the party's PIN; it is wrong only if it changes meanwhile, or if another party sits there."""
        pin, begun, is_doubtful = party.pin, party.pins_begun, party.pins_begun > party.pins_ended
        request = {"pin": pin, "name": "Guest", "opId": self.operation()}
        answer = await self.say(server, person, "session:join", request)
        if answer["success"]:
            self.joined(person, answer)
        elif answer["error"]["code"] == "INVALID_PIN":
            is_doubtful |= party.pins_begun > begun or party.may_be_closed or party.has_moved
            require(is_doubtful, f"{pin} is the PIN of {party.id}")

    def joined(self, person: Person, answer: dict[str, Any]) -> None:
        """Note who came in, wherever that was."""
        self.ledger.newcomers.append((answer["session"]["id"], Guest(person, answer["participantId"])))
        self.ledger.acts["session-joined"] += 1

    def require_refused(self, answer: dict[str, Any]) -> None:
        """Require that something was not granted."""
        require(not answer["success"], f"granted: {answer}")

    async def _again(self, *sent: Any) -> None:
        await self.act(*sent)


Rule = Callable[[Evening, Picks], Awaitable[None]]


def _short(request: dict[str, Any]) -> str:
    return " ".join(f"{name}={str(value)[-14:]}" for name, value in request.items() if value not in (None, [], ""))


def _versions(answer: dict[str, Any]) -> str:
    parts = [
        f"{name} {one['id'][-4:]} v{one['version']}"
        for name, one in answer.items()
        if isinstance(one, dict) and "version" in one
    ]
    return ", ".join([*parts, *(["replayed"] if answer.get("replayed") else [])])
