"""What a process remembers: never an older version, never half a group."""

from unit.making import ticket

from models.cart import Cart
from models.store.cache import Cache
from models.store.schema import KINDS
from models.ticket import Ticket, TicketStatus

KIND = KINDS[Cart]
GROUP = KIND.groups["session"]


def cart(name: str, version: int, session: str = "s") -> Cart:
    return Cart(id=name, restaurant_id="r", session_id=session, currency="RON", version=version)


def live(cache: Cache, *carts: Cart) -> None:
    load = cache.begin_load(KIND, GROUP, "r/s")
    cache.finish_load(KIND, GROUP, load, carts)


def members(cache: Cache) -> set[tuple[str, int]] | None:
    found = cache.group(KIND, GROUP, "r/s")
    return None if found is None else {(one.id, one.version) for one in found}


def test_an_older_version_never_replaces_a_newer_one() -> None:
    cache = Cache(10)
    cache.put(cart("a", 3))
    assert cache.put(cart("a", 2)).version == 3


def test_a_group_is_unknown_until_it_was_read_and_complete_afterwards() -> None:
    cache = Cache(10)
    cache.put(cart("a", 1))
    assert members(cache) is None
    live(cache, cart("a", 1))
    cache.put(cart("b", 1))
    assert members(cache) == {("a", 1), ("b", 1)}


def test_what_is_committed_while_a_group_is_read_is_in_it() -> None:
    cache = Cache(10)
    load = cache.begin_load(KIND, GROUP, "r/s")
    cache.put(cart("b", 2))
    found = cache.finish_load(KIND, GROUP, load, [cart("a", 1), cart("b", 1)])
    assert {(one.id, one.version) for one in found} == {("a", 1), ("b", 2)} == members(cache)


def test_what_left_a_group_while_it_was_read_is_not_in_it() -> None:
    kind = KINDS[Ticket]
    group = kind.groups["shown"]
    shown = ticket(version=1)
    cache = Cache(10)
    load = cache.begin_load(kind, group, "r/r")
    cache.put(shown.with_(version=2, status=TicketStatus.BUMPED, is_shown=False))
    assert cache.finish_load(kind, group, load, [shown]) == []


def test_a_group_that_is_dropped_while_it_is_read_does_not_become_live() -> None:
    cache = Cache(10)
    load = cache.begin_load(KIND, GROUP, "r/s")
    cache.drop_groups(KIND, {"restaurant_id": "r", "session_id": "s"})
    cache.finish_load(KIND, GROUP, load, [cart("a", 1)])
    assert members(cache) is None


def test_an_evicted_member_takes_its_group_with_it() -> None:
    cache = Cache(4)
    live(cache, cart("a", 1))
    for number in range(5):
        cache.put(cart(f"x{number}", 1, session="other"))
    assert cache.get(Cart, "a") is None
    assert members(cache) is None


def test_forgetting_everything_leaves_no_group_live() -> None:
    cache = Cache(10)
    live(cache, cart("a", 1))
    load = cache.begin_load(KIND, GROUP, "r/s")
    cache.clear()
    cache.finish_load(KIND, GROUP, load, [cart("a", 1)])
    assert members(cache) is None


def test_the_same_name_in_two_houses_is_two_groups() -> None:
    cache = Cache(10)
    live(cache, cart("a", 1))
    assert cache.group(KIND, GROUP, GROUP.key_in("another house", "s")) is None


def test_what_is_read_is_not_kept_when_a_newer_version_was_told_meanwhile() -> None:
    cache = Cache(10)
    read = cache.begin_read()
    cache.miss(KIND, {"_id": "a", "restaurant_id": "r", "session_id": "s"}, 4)
    assert cache.put_read(read, cart("a", 3)).version == 3
    cache.end_read(read)
    assert cache.get(Cart, "a") is None


def test_what_is_read_is_kept_when_nothing_newer_was_told() -> None:
    cache = Cache(10)
    read = cache.begin_read()
    cache.miss(KIND, {"_id": "a", "restaurant_id": "r", "session_id": "s"}, 3)
    cache.put_read(read, cart("a", 3))
    cache.end_read(read)
    assert cache.get(Cart, "a") == cart("a", 3)


def test_what_was_being_read_when_everything_was_forgotten_is_not_kept() -> None:
    cache = Cache(10)
    read = cache.begin_read()
    cache.clear()
    cache.put_read(read, cart("a", 3))
    cache.end_read(read)
    assert cache.get(Cart, "a") is None


def test_a_group_does_not_come_alive_with_a_member_that_was_overtaken_while_it_was_read() -> None:
    """The member has gone to another group in the version that was told."""
    cache = Cache(10)
    load = cache.begin_load(KIND, GROUP, "r/s")
    cache.miss(KIND, {"_id": "a", "restaurant_id": "r", "session_id": "other"}, 4)
    found = cache.finish_load(KIND, GROUP, load, [cart("a", 3), cart("b", 1)])
    assert {one.id for one in found} == {"a", "b"}
    assert members(cache) is None
    assert cache.get(Cart, "a") is None
    assert cache.get(Cart, "b") is not None


def test_a_read_does_not_put_back_what_is_older_than_a_version_that_was_forgotten_meanwhile() -> None:
    cache = Cache(10)
    read = cache.begin_read()
    cache.put(cart("a", 4))
    cache.drop(KIND.collection, "a")
    cache.put_read(read, cart("a", 3))
    cache.end_read(read)
    assert cache.get(Cart, "a") is None


def test_a_group_does_not_come_alive_with_a_member_that_was_evicted_in_a_newer_version() -> None:
    cache = Cache(4)
    load = cache.begin_load(KIND, GROUP, "r/s")
    cache.put(cart("a", 4))
    for number in range(5):
        cache.put(cart(f"x{number}", 1, session="other"))
    cache.finish_load(KIND, GROUP, load, [cart("a", 3)])
    assert members(cache) is None
    assert cache.get(Cart, "a") is None
