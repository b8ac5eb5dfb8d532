"""Calls that another site's page has a customer's browser make, and pages of listed sites that may call."""

from typing import Any

import pytest
from integration.calling import CSRF, DEVICE, SITE, TOKEN, Browser, bearer, browser_of, call
from integration.customers import Caller, proved
from integration.house import House

from models.customer_session import CustomerSession

CHANGES = (
    ("POST", "/session/refresh", None),
    (
        "POST",
        "/addresses",
        {"street": "Strada Nouă 5", "city": "Cluj-Napoca", "county": "Cluj", "postal_code": "400001"},
    ),
    ("PUT", "/addresses/{id}", {"notes": "changed", "__v": 1}),
    ("DELETE", "/addresses/{id}", None),
    ("DELETE", "/session", None),
)
"""Every call that changes something with what the cookie proves."""

EVIL = "https://evil.example.net"


async def all_refused(caller: Caller, browser: Browser, **headers: str | None) -> None:
    """Require that nothing of what can be changed is."""
    for method, path, body in CHANGES:
        answer = await browser.call(method, path.format(id=caller.address_id), body, **headers)
        assert (answer.status, answer.code) == (403, "CSRF_FAILED"), (method, path, answer)
    session = await caller.house.apps[0].store.collection(CustomerSession).find_one({"_id": caller.session_id})
    assert session is not None
    assert (session["version"], session["ended_at"]) == (1, None)


async def test_with_the_token_of_the_page_everything_can_be_changed(house: House) -> None:
    caller = await proved(house)
    browser = await browser_of(caller)
    answers = [await browser.call(method, path.format(id=caller.address_id), body) for method, path, body in CHANGES]
    assert [one.status for one in answers] == [200, 201, 200, 200, 200]


async def test_nothing_changes_without_the_token_of_the_page(house: House) -> None:
    caller = await proved(house)
    browser = await browser_of(caller)
    await all_refused(caller, browser, X_CSRF_Token=None)
    await all_refused(caller, browser, X_CSRF_Token="")
    await all_refused(caller, Browser(house, {TOKEN: caller.token}))
    token = browser.cookies.pop(CSRF)
    await all_refused(caller, browser, X_CSRF_Token=token)


async def test_a_token_of_another_session_changes_nothing_though_it_comes_twice(house: House) -> None:
    caller, other = await proved(house, "+40722000120"), await proved(house, "+40722000121")
    theirs = (await browser_of(other)).cookies[CSRF]
    await all_refused(caller, Browser(house, {TOKEN: caller.token, CSRF: theirs}))


async def test_a_token_from_before_a_log_out_changes_nothing_after_the_next_log_in(house: House) -> None:
    former, caller = await proved(house, "+40722000122"), await proved(house, "+40722000123")
    browser = await browser_of(former)
    old = browser.cookies[CSRF]
    assert (await browser.call("DELETE", "/session")).status == 200
    await all_refused(caller, Browser(house, {TOKEN: caller.token, CSRF: old}))


async def test_tokens_nobody_signed_change_nothing(house: House) -> None:
    caller = await proved(house)
    vault = house.apps[0].vault
    real = (await browser_of(caller)).cookies[CSRF]
    made = [
        "x",
        real[:-1] + ("A" if real[-1] != "A" else "E"),
        vault.sign("checkout", house.restaurant.id, caller.session_id, "1"),
        vault.sign("checkout-csrf", caller.session_id, "more"),
        vault.sign("checkout-csrf", ""),
    ]
    for token in made:
        await all_refused(caller, Browser(house, {TOKEN: caller.token, CSRF: token}))


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": SITE + ".evil.example.net"},
        {"Origin": SITE.replace("https", "http")},
        {"Origin": None, "Sec_Fetch_Site": "cross-site"},
        {"Origin": None, "Sec_Fetch_Site": "same-site"},
        {"Origin": EVIL, "Sec_Fetch_Site": "same-origin"},
    ],
    ids=str,
)
async def test_another_sites_page_changes_nothing_though_it_has_the_token(house: House, sent: dict[str, Any]) -> None:
    caller = await proved(house)
    await all_refused(caller, await browser_of(caller), **sent)


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": SITE, "Sec_Fetch_Site": "cross-site"},
        {"Origin": None, "Sec_Fetch_Site": "same-origin"},
        {"Origin": None, "Sec_Fetch_Site": "none"},
        {"Origin": None},
    ],
    ids=str,
)
async def test_our_page_may_change_something_however_its_browser_says_so(house: House, sent: dict[str, Any]) -> None:
    browser = await browser_of(await proved(house))
    assert (await browser.call("DELETE", "/session", **sent)).status == 200


async def test_another_sites_page_reads_nothing_with_the_cookie(house: House) -> None:
    browser = await browser_of(await proved(house))
    answer = await browser.call("GET", "/session", Origin=EVIL)
    assert answer.code == "SESSION_EXPIRED"
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert (await browser.call("GET", "/session", Origin=None, Sec_Fetch_Site="cross-site")).code == "SESSION_EXPIRED"


async def test_whoever_shows_a_token_of_their_own_needs_no_other(house: House) -> None:
    caller = await proved(house)
    for method, path, body in CHANGES[:-1]:
        answer = await call(house, method, path.format(id=caller.address_id), body, headers=bearer(caller.token))
        assert answer.status in (200, 201), answer
    headers = bearer(caller.token) | {"Cookie": f"{TOKEN}={caller.token}", "Origin": EVIL}
    assert (await call(house, "DELETE", "/session", headers=headers)).status == 200


@pytest.mark.parametrize("path", ["/phone/send-code", "/phone/verify-code"])
@pytest.mark.parametrize("sent", [{"Origin": EVIL}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
async def test_nobody_is_logged_in_by_another_sites_page(house: House, path: str, sent: dict[str, str]) -> None:
    body = {"phone": "+40722000124", "name": "Maria Ionescu", "code": "123456"}
    for headers in (sent, sent | bearer("x")):
        answer = await call(house, "POST", f"{path}?restaurantId={house.restaurant.id}", body, headers=headers)
        assert (answer.status, answer.code) == (403, "CSRF_FAILED")
        assert answer.cookies == {}


async def test_pages_of_listed_sites_may_call_and_read_and_others_are_told_nothing(house: House) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    answer = await call(house, "OPTIONS", "/addresses/one", headers=asked | {"Origin": SITE})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, SITE)
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert set(answer.headers["Access-Control-Allow-Methods"].split(", ")) == {"PUT", "DELETE"}
    allowed = {one.lower() for one in answer.headers["Access-Control-Allow-Headers"].split(", ")}
    assert allowed == {"content-type", "authorization", "x-csrf-token"}
    foreign = await call(house, "OPTIONS", "/addresses/one", headers=asked | {"Origin": EVIL})
    assert not [name for name in foreign.headers if name.startswith("Access-Control")]
    own = await call(house, "GET", "/session", headers={"Origin": SITE})
    assert (own.status, own.headers["Access-Control-Allow-Origin"]) == (401, SITE)
    assert "Origin" in own.headers["Vary"]
    assert DEVICE not in own.cookies


async def test_a_page_keeps_the_token_that_it_has_read(house: House) -> None:
    caller = await proved(house)
    browser = await browser_of(caller)
    held = browser.cookies[CSRF]
    house.clock.advance(seconds=5)
    for method, path in (("GET", "/session"), ("POST", "/session/refresh")):
        assert CSRF not in (await browser.call(method, path)).cookies
        house.clock.advance(seconds=5)
        body = {
            "notes": f"after {method}",
            "__v": (await browser.call("GET", "/addresses")).body["addresses"][0]["__v"],
        }
        answer = await browser.call("PUT", f"/addresses/{caller.address_id}", body, X_CSRF_Token=held)
        assert answer.status == 200, answer


async def test_two_calls_at_once_of_a_page_with_no_token_yet_bring_two_that_are_both_good(house: House) -> None:
    caller = await proved(house)
    browser = Browser(house, {TOKEN: caller.token})
    tokens = []
    for _ in range(2):
        answer = await Browser(house, dict(browser.cookies)).call("GET", "/session")
        tokens.append(answer.cookies[CSRF]["value"])
        house.clock.advance(seconds=1)
    browser.cookies[CSRF] = tokens[1]
    assert tokens[0] != tokens[1]
    for token in tokens:
        assert (await browser.call("POST", "/session/refresh", X_CSRF_Token=token)).status == 200


async def test_a_token_that_is_none_is_replaced(house: House) -> None:
    caller, other = await proved(house), await proved(house, "+40722000125")
    theirs = (await browser_of(other)).cookies[CSRF]
    for wrong in ("x", theirs):
        answer = await Browser(house, {TOKEN: caller.token, CSRF: wrong}).call("GET", "/session")
        assert answer.cookies[CSRF]["value"] not in ("x", theirs)
