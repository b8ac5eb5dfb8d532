"""The rules of the door for HTTP: who may call what, what one address may, where a call comes from, what it wants."""

import pytest

from handlers.registry import CHECKOUT, REST, Limit, Registry, command
from models.principal import CUSTOMERS, Role
from server.calls import language_of
from server.commands import REST_MODULES
from server.cookies import csrf_cookie, set_cookie
from server.csrf import is_from_our_page
from server.routes import ROUTES, commands_of
from server.throttle import MOST_ADDRESSES, Throttle

LISTED = frozenset({"https://order.example.com"})


def test_every_route_has_its_command_and_every_command_its_route() -> None:
    assert [route for route, _ in commands_of(Registry(REST_MODULES))] == list(ROUTES)
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def test_a_command_without_route_or_a_route_without_command_stops_the_start() -> None:
    with pytest.raises(ValueError, match="address:add"):
        commands_of(Registry([module for module in REST_MODULES if not module.__name__.endswith("address")]))


def test_strangers_ask_for_codes_and_show_tokens_and_all_else_is_a_customers() -> None:
    strangers = {route.command for route, one in commands_of(Registry(REST_MODULES)) if one.roles == {Role.STRANGER}}
    customers = {route.command for route, one in commands_of(Registry(REST_MODULES)) if one.roles == CUSTOMERS}
    assert strangers == {"code:send", "code:verify", "session:refresh"}
    assert strangers | customers == {route.command for route in ROUTES}
    assert {route.command for route in ROUTES if not route.is_proved} == {"code:send", "code:verify"}


@pytest.mark.parametrize(
    ("on", "limits"),
    [((REST,), {"limit": Limit(5, per=10)}), ((CHECKOUT,), {}), ((REST, CHECKOUT), {}), ((), {})],
)
def test_a_limit_that_nobody_applies_cannot_be_declared_nor_one_be_forgotten(
    on: tuple[str, ...], limits: dict[str, Limit]
) -> None:
    with pytest.raises(ValueError, match="example:get"):
        command("example:get", on=on, roles=CUSTOMERS, **limits)


def test_an_address_has_its_burst_and_then_its_pace() -> None:
    throttle = Throttle(per_minute=60, burst=3)
    assert [throttle.wait("1.2.3.4", 100.0) for _ in range(4)] == [0, 0, 0, 1]
    assert throttle.wait("1.2.3.4", 101.0) == 0
    assert throttle.wait("1.2.3.4", 101.0) == 1
    assert [throttle.wait("1.2.3.4", 110.0) for _ in range(4)] == [0, 0, 0, 1]


def test_a_slow_pace_says_how_long_to_wait() -> None:
    throttle = Throttle(per_minute=2, burst=1)
    assert throttle.wait("1.2.3.4", 0.0) == 0
    assert throttle.wait("1.2.3.4", 0.5) == 30
    assert throttle.wait("1.2.3.4", 29.0) == 1
    assert throttle.wait("1.2.3.4", 30.0) == 0


def test_addresses_do_not_disturb_each_other_and_one_line_of_ipv6_is_one() -> None:
    throttle = Throttle(per_minute=60, burst=1)
    assert [throttle.wait(one, 0.0) for one in ("1.2.3.4", "1.2.3.5", "", "nonsense")] == [0, 0, 0, 0]
    assert throttle.wait("2001:db8:1:2::1", 0.0) == 0
    assert throttle.wait("2001:db8:1:2:ffff::9", 0.0) == 1
    assert throttle.wait("2001:db8:1:3::1", 0.0) == 0


def test_many_addresses_take_no_more_than_their_room() -> None:
    throttle = Throttle(per_minute=1, burst=1)
    for number in range(MOST_ADDRESSES + 500):
        throttle.wait(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0)
    assert len(throttle._full_at) == MOST_ADDRESSES
    assert throttle.wait("10.0.40.3", 0.0) == 60
    throttle.wait("1.1.1.1", 61.0)
    assert len(throttle._full_at) == 1


def test_all_addresses_are_looked_through_at_most_once_a_second() -> None:
    throttle, looks = Throttle(per_minute=60, burst=1_000), 0
    for number in range(MOST_ADDRESSES + 500):
        before = throttle._full_at
        throttle.wait(str(number), 100.0)
        looks += throttle._full_at is not before
    assert looks == 1
    throttle.wait("later", 101.0)
    assert len(throttle._full_at) == 1


@pytest.mark.parametrize(
    ("origins", "sites", "expected"),
    [
        ([], [], True),
        (["https://order.example.com"], [], True),
        (["https://order.example.com"], ["cross-site"], True),
        (["https://evil.example.net"], ["same-origin"], False),
        (["https://order.example.com", "https://order.example.com"], [], False),
        (["null"], [], False),
        ([""], [], False),
        ([], ["same-origin"], True),
        ([], ["none"], True),
        ([], ["same-site"], False),
        ([], ["cross-site"], False),
        ([], ["same-origin", "same-origin"], False),
        ([], ["Same-Origin"], False),
    ],
)
def test_where_a_call_comes_from_is_told_by_its_origin_or_by_fetch_metadata(
    origins: list[str], sites: list[str], expected: bool
) -> None:
    assert is_from_our_page(origins, sites, LISTED) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "ro"),
        ("en", "en"),
        ("EN-us", "en"),
        ("ro,en", "ro"),
        ("en,ro", "en"),
        ("en;q=0.5,ro;q=0.6", "ro"),
        ("de,en;q=0.1", "en"),
        ("*", "ro"),
        ("en;q=0", "ro"),
        ("en;q=2;x", "ro"),
        ("en;q=nan", "ro"),
        ("en;q=1e9", "ro"),
        (",,;;==", "ro"),
    ],
)
def test_the_language_is_the_one_that_is_wanted_most(header: str, expected: str) -> None:
    assert language_of(header) == expected


def test_cookies_are_out_of_reach_of_scripts_unless_they_are_for_them() -> None:
    assert set_cookie("a", "b", 5, is_secure=False) == "a=b; Path=/; Max-Age=5; HttpOnly; SameSite=Lax"
    assert set_cookie("a", "b", 5, is_secure=True).endswith("; HttpOnly; SameSite=Lax; Secure")
    assert "HttpOnly" not in set_cookie(csrf_cookie(is_secure=True), "b", 5, is_secure=True, is_for_scripts=True)
    assert csrf_cookie(is_secure=True).startswith("__Host-")
