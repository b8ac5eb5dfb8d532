"""Rules of merging, without anything around them: whatever is merged, nothing is lost and everything comes back."""

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from unit import making

from models.base import Actor
from models.cart import Cart, CartLine
from models.merging import Merge, Unmerge
from models.merging_cart import CartsMoved, carts_merged, carts_unmerged
from models.money import Money
from models.order import Order
from models.participant import Participant, Seating
from models.pin import KeyedHash
from models.session import Mode, TableSession

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
WAITER = Actor(kind="STAFF", id="w", name="Ana")
PRICE = Money(amount=1250, currency="RON")


def session(name: str, mode: Mode, guests: int) -> TableSession:
    table = f"table-{name}"
    return making.session(
        id=name,
        version=1,
        table_id=table,
        table_name=f"T-{name}",
        mode=mode,
        pin=KeyedHash(key="k", digest=name),
        participants=tuple(Participant(id=f"{name}-{one}", joined_at=NOW) for one in range(guests)),
        seatings=(Seating(table_id=table, table_name=f"T-{name}", since=NOW),),
        opened_by=WAITER,
    )


class House:
    """Sessions with their carts, and merging as the command does it."""

    def __init__(self) -> None:
        self.sessions: dict[str, TableSession] = {}
        self.carts: dict[str, Cart] = {}
        self.ids = count()
        self.now = NOW

    def seat(self, name: str, mode: Mode, guests: int) -> None:
        one = self.sessions[name] = session(name, mode, guests)
        owners = [None, *(guest.id for guest in one.participants if mode is Mode.INDIVIDUAL)]
        for owner in owners:
            cart = Cart(
                id=f"cart-{owner or name}", restaurant_id="r", version=1, session_id=name, owner=owner, currency="RON"
            )
            self.carts[cart.id] = cart

    def add(self, name: str, by: Actor) -> str:
        """Add a line as that person does, in the session that knows them."""
        where = next((one for one in self.sessions.values() if one.lists(by.id)), self.sessions[name])
        owner = by.id if where.mode is Mode.INDIVIDUAL and by.kind == "GUEST" else None
        cart = next(one for one in self.of(where.id) if one.owner == owner)
        self.now += timedelta(seconds=1)
        line = CartLine(
            id=f"line-{next(self.ids)}",
            item_id="soup",
            name={"en": "Soup"},
            quantity=1,
            unit_price=PRICE,
            added_by=by,
            added_at=self.now,
        )
        self.carts[cart.id] = cart.add(line, 1000, f"operation-{line.id}").with_(version=cart.version + 1)
        return line.id

    def of(self, name: str) -> list[Cart]:
        return sorted((one for one in self.carts.values() if one.session_id == name), key=lambda one: one.id)

    def merge(self, name: str, host: str) -> None:
        act = Merge(self.sessions[name], self.sessions[host], WAITER, self.now)
        self._take(carts_merged(act, self.of(name), self.of(host), lambda: f"cart-{next(self.ids)}"))
        self.sessions[name], self.sessions[host] = act.sessions()

    def unmerge(self, name: str) -> None:
        host = self.sessions[name].merged_into or ""
        act = Unmerge(self.sessions[name], self.sessions[host], WAITER, self.now)
        self._take(carts_unmerged(act, self.of(name), self.of(host)))
        self.sessions[name], self.sessions[host] = act.sessions()

    def _take(self, moved: CartsMoved) -> None:
        for cart in (*moved.left, *moved.entered, *moved.added):
            self.carts[cart.id] = cart.with_(version=max(cart.version, moved.above) + 1)

    def lines(self) -> dict[str, tuple[str, str]]:
        """Return in which session and cart each line is."""
        return {line.id: (cart.session_id, cart.id) for cart in self.carts.values() for line in cart.lines}

    def state(self) -> tuple[object, ...]:
        """Return everything but what every act changes."""
        carts = {
            one.id: (one.session_id, one.homes, one.owner, one.lines, one.line_homes, one.operations)
            for one in self.carts.values()
        }
        parties = {
            one.id: (one.participants, one.merged_into, one.merged, one.tables) for one in self.sessions.values()
        }
        return carts, parties


modes = st.sampled_from(Mode)
adders = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=12)


def person(name: str, number: int) -> Actor:
    """Return a guest of a party, or the waiter."""
    return WAITER if number == 3 else Actor(kind="GUEST", id=f"{name}-{number}", name=f"{name}-{number}")


def seated(modes_of: tuple[Mode, Mode, Mode], adding: list[tuple[str, int]]) -> House:
    house = House()
    for name, mode in zip("abc", modes_of, strict=True):
        house.seat(name, mode, 3)
    for name, number in adding:
        house.add(name, person(name, number))
    return house


@settings(max_examples=150, deadline=None)
@given(st.tuples(modes, modes, modes), adders)
def test_what_is_merged_and_parted_in_turn_is_as_it_was(
    modes_of: tuple[Mode, Mode, Mode], adding: list[tuple[str, int]]
) -> None:
    house = seated(modes_of, adding)
    (carts, parties), lines = house.state(), house.lines()
    house.merge("c", "b")
    house.merge("b", "a")
    assert house.lines().keys() == lines.keys()
    assert {where for where, _ in house.lines().values()} <= {"a"}
    house.unmerge("b")
    house.unmerge("c")
    after, parties_after = house.state()
    assert parties_after == parties
    assert {entry_id: after[entry_id] for entry_id in carts} == carts
    assert house.lines() == lines


@settings(max_examples=150, deadline=None)
@given(st.tuples(modes, modes, modes), adders, adders)
def test_what_guests_add_while_merged_goes_where_they_go(
    modes_of: tuple[Mode, Mode, Mode], before: list[tuple[str, int]], meanwhile: list[tuple[str, int]]
) -> None:
    house = seated(modes_of, before)
    lines = house.lines()
    house.merge("c", "b")
    house.merge("b", "a")
    added = {house.add("a", person(name, number)): (name, number) for name, number in meanwhile}
    house.unmerge("b")
    house.unmerge("c")
    found = house.lines()
    assert {line: found[line] for line in lines} == lines
    assert {line: found[line][0] for line in added} == {
        line: "a" if number == 3 else name for line, (name, number) in added.items()
    }


@settings(max_examples=100, deadline=None)
@given(st.tuples(modes, modes, modes), adders, adders)
def test_an_operation_is_known_wherever_its_phone_is_led(
    modes_of: tuple[Mode, Mode, Mode], before: list[tuple[str, int]], meanwhile: list[tuple[str, int]]
) -> None:
    house = seated(modes_of, before)
    done: list[tuple[Actor, str, str]] = []

    def add(adding: list[tuple[str, int]]) -> None:
        for name, number in adding:
            if number < 3:
                done.append((person(name, number), f"operation-{house.add(name, person(name, number))}", name))

    def require_known() -> None:
        for by, operation, _ in done:
            where = next(one for one in house.sessions.values() if one.lists(by.id))
            owner = by.id if where.mode is Mode.INDIVIDUAL else None
            assert next(one for one in house.of(where.id) if one.owner == owner).has_done(operation)

    add(before)
    house.merge("b", "a")
    require_known()
    add(meanwhile)
    house.merge("c", "a")
    require_known()
    house.unmerge("b")
    require_known()
    house.unmerge("c")
    require_known()


@settings(max_examples=100, deadline=None)
@given(st.tuples(modes, modes, modes), adders)
def test_a_version_that_a_phone_saw_is_never_that_of_the_cart_it_is_led_to(
    modes_of: tuple[Mode, Mode, Mode], adding: list[tuple[str, int]]
) -> None:
    house = seated(modes_of, adding)
    seen = {one.id: one.version for one in house.carts.values()}
    house.merge("b", "a")
    entered = [one for one in house.of("a") if one.owner is None or one.owner.startswith("b")]
    assert min(one.version for one in entered) > max(
        seen[one.id] for one in (*house.of("b"), *entered) if one.id in seen
    )


def order(name: str, key: str) -> Order:
    return making.order(
        id=f"order-{name}", session_id=name, table_name=f"T-{name}", placed_by=WAITER, idempotency_key=key
    )


def test_a_key_that_the_host_has_used_is_set_aside_and_comes_back() -> None:
    outer, inner, party = (session(name, Mode.FAMILY, 1) for name in "abc")
    key = "order-0001"
    taken = Merge(party, inner, WAITER, NOW, {key}).order(order("c", key))
    further = Merge(inner, outer, WAITER, NOW, {key}).order(taken)
    assert key not in (taken.idempotency_key, further.idempotency_key)
    back = Unmerge(inner, outer, WAITER, NOW).order(further)
    assert (back.session_id, back.homes, back.idempotency_key) == ("b", ("c",), taken.idempotency_key)
    home = Unmerge(party, inner, WAITER, NOW).order(back)
    assert (home.session_id, home.homes, home.idempotency_key) == ("c", (), key)


def test_a_key_that_is_free_stays_what_it_is() -> None:
    host, party = session("a", Mode.FAMILY, 1), session("b", Mode.FAMILY, 1)
    assert (
        Merge(party, host, WAITER, NOW, {"order-0001"}).order(order("b", "order-0002")).idempotency_key == "order-0002"
    )


def test_a_ticket_shows_the_last_move_of_whoever_it_went_with() -> None:
    host, party = session("a", Mode.FAMILY, 1), session("b", Mode.FAMILY, 1)
    ticket = making.ticket(session_id="b", table_name="T-b")
    act = Merge(party, host, WAITER, NOW + timedelta(minutes=1))
    taken = act.ticket(ticket)
    merged, joined = act.sessions()
    assert (taken.table_name, taken.table_was, joined.table_was_of(taken.homes)) == ("T-a", "T-b", "T-b")
    moved = joined.move("far", "T-far", WAITER, NOW + timedelta(minutes=2))
    assert moved.table_was_of(taken.homes) == "T-a"
    undone = moved.undo_move(120, WAITER, NOW + timedelta(minutes=3))
    assert undone.table_was_of(taken.homes) == "T-b"
    back = Unmerge(merged, moved, WAITER, NOW + timedelta(minutes=3)).ticket(taken)
    assert (back.session_id, back.homes, back.table_name, back.table_was) == ("b", (), "T-b", None)
    assert (back.status, back.placed_at, back.lines) == (ticket.status, ticket.placed_at, ticket.lines)


def test_the_codes_of_all_tables_of_a_merged_party_are_the_hosts() -> None:
    host, party = session("a", Mode.FAMILY, 1), session("b", Mode.FAMILY, 1).move("second", "T2", WAITER, NOW)
    merged, joined = Merge(party, host, WAITER, NOW).sessions()
    assert all(joined.has_sat_at(table) for table in ("table-a", "table-b", "second"))
    assert joined.tables == ("T-a", "T2")
    assert not any(
        Unmerge(merged, joined, WAITER, NOW).sessions()[1].has_sat_at(table) for table in ("table-b", "second")
    )
