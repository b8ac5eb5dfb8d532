"""What merging refuses, how it goes on with a host that is merged itself, and who comes in by which code."""

from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.house import House
from integration.joined import busy_evening, documents, evening, lasting, on, refused, shows

ORIGIN = "https://order.example.com"


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_session_is_merged_with_another_open_one_of_its_house_or_not_at_all(house: House) -> None:
    waiter = await house.waiter()
    first, second, closed = [await house.party(waiter, table) for table in range(3)]
    await waiter.send("session:close", {"sessionId": closed.id})
    other = await house.installation.new_house()
    foreign = await other.party(await other.waiter())
    for merging, into, code in (
        (first, first, "SAME_SESSION"),
        (first, closed, "SESSION_CLOSED"),
        (closed, first, "SESSION_CLOSED"),
        (first, foreign, "NOT_FOUND"),
        (foreign, first, "NOT_FOUND"),
    ):
        assert await refused(waiter, "session:merge", **{"from": merging.id, "into": into.id}) == code
    assert await refused(waiter, "session:unmerge", sessionId=first.id) == "NOT_MERGED"
    assert await refused(waiter, "session:unmerge", sessionId=foreign.id) == "NOT_FOUND"
    await waiter.send("session:merge", {"from": second.id, "into": first.id})
    third = await house.party(waiter, 4)
    for merging, into in ((second, third), (third, second), (second, first)):
        assert await refused(waiter, "session:merge", **{"from": merging.id, "into": into.id}) == "SESSION_MERGED"
    await other.close()


async def test_staff_are_told_which_session_has_what_a_merged_one_had(house: House) -> None:
    seated = await evening(house)
    await seated.merge()
    waiter, merged = seated.waiter, {"sessionId": seated.party.id}
    for command, more in (
        ("cart:add", {"itemId": house.dish(), "opId": str(uuid4())}),
        ("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": 1}),
        ("order:list", {}),
        ("check:get", {}),
        ("pin:rotate", {}),
        ("session:move", {"tableId": house.tables[6].id}),
        ("session:undo-move", {}),
        ("session:set-covers", {"covers": 3}),
        ("session:close", {}),
    ):
        with pytest.raises(Refused, match="SESSION_MERGED") as refusal:
            await waiter.send(command, merged | more)
        assert refusal.value.details == {"into": seated.host.id}
    with pytest.raises(Refused, match="TABLE_OCCUPIED"):
        await house.party(waiter, 1)


async def test_a_host_that_is_merged_itself_gives_everything_back_in_its_turn(house: House) -> None:
    seated = await busy_evening(house, "FAMILY", "INDIVIDUAL")
    third = await house.party(seated.waiter, 2, "INDIVIDUAL")
    guest = await house.phone(third, "Dan")
    await guest.operate("cart:add", {"itemId": house.dish("grill")})
    parties = (seated.host, seated.party, third)
    before = await documents(house, *parties)
    await seated.merge()
    await seated.waiter.send("session:merge", {"from": seated.host.id, "into": third.id})
    for phone in (guest, *seated.hosts_phones, *seated.phones):
        await shows(phone, third)
    state = await seated.waiter.until(lambda known: len(known.snapshots[third.id].body["tables"]) == 3)
    assert state.snapshots[seated.host.id].body["mergedInto"] == third.id
    assert await refused(seated.waiter, "session:unmerge", sessionId=seated.party.id) == "SESSION_MERGED"
    for party in (seated.host, seated.party):
        await seated.waiter.send("session:unmerge", {"sessionId": party.id})
    after = lasting(await documents(house, *parties))
    assert {entry_id: after.get(entry_id) for entry_id in before} == lasting(before)
    for party, phones in ((third, [guest]), (seated.host, seated.hosts_phones), (seated.party, seated.phones)):
        for phone in phones:
            await shows(phone, party)


# ── the door ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_codes_of_both_tables_lead_to_the_host_and_its_pin_counts(house: House) -> None:
    seated = await evening(house)
    await seated.merge()
    late = await house.connect("/table", {"table": seated.party.token})
    if seated.host.pin != seated.party.pin:
        assert await refused(late, "session:join", pin=seated.party.pin) == "INVALID_PIN"
    house.clock.advance(seconds=2)
    joined = await late.send("session:join", {"pin": seated.host.pin, "name": "Dan"})
    assert joined["session"]["id"] == seated.host.id
    await seated.unmerge()
    assert late.state.snapshots[seated.host.id]
    later = await house.connect("/table", {"table": seated.party.token})
    joined = await later.send("session:join", {"pin": seated.party.pin, "name": "Eva"})
    assert joined["session"]["id"] == seated.party.id
    await shows(late, seated.host)


@pytest.mark.parametrize("keeps", [False, True])
async def test_who_is_sent_away_while_merged_does_not_come_back_by_the_partys_own_pin(
    house: House, keeps: bool
) -> None:
    seated = await evening(house)
    merged = await seated.merge()
    gone = next(one["id"] for one in merged["session"]["participants"] if one["name"] == "Vlad")
    ejecting = {"sessionId": seated.host.id, "participantId": gone, "keepPin": keeps, "opId": str(uuid4())}
    await seated.waiter.send("participant:eject", ejecting)
    await seated.unmerge()
    nameless = await house.connect("/table", {"table": seated.party.token})
    if keeps:
        await nameless.send("session:join", {"pin": seated.party.pin})
        return
    assert await refused(nameless, "session:join", pin=seated.party.pin) == "INVALID_PIN"
    rotated = await seated.waiter.send("pin:rotate", {"sessionId": seated.party.id})
    house.clock.advance(seconds=2)
    await nameless.send("session:join", {"pin": rotated["pin"]})


@pytest.mark.parametrize("proof", ["cookie", "session token"])
async def test_a_reload_finds_the_party_wherever_it_is(house: House, proof: str) -> None:
    waiter = await house.waiter()
    host, party = await house.party(waiter, 0), await house.party(waiter, 1)
    device = {"Origin": ORIGIN, "Cookie": f"comanda_device=reloads-{house.restaurant.id}"}
    headers = device if proof == "cookie" else {}
    auth = {"table": party.token}
    phone = await on(house, 0, "/table", auth, headers=headers)
    joined = await phone.send("session:join", {"pin": party.pin, "name": "Vlad"})
    if proof == "session token":
        auth["sessionToken"] = joined["sessionToken"]
    for command, request, where in (
        ("session:merge", {"from": party.id, "into": host.id}, host),
        ("session:unmerge", {"sessionId": party.id}, party),
        ("session:merge", {"from": party.id, "into": host.id}, host),
    ):
        await waiter.send(command, request)
        for server in (0, 1):
            again = await on(house, server, "/table", auth, headers=headers)
            principal = again.hello["principal"]
            assert (principal.get("sessionId"), principal.get("participantId")) == (where.id, joined["participantId"])


async def test_a_token_of_the_host_finds_the_party_that_went_its_own_way(house: House) -> None:
    seated = await evening(house)
    await seated.merge()
    vlad = seated.phones[0]
    rejoined = await vlad.send("session:join", {"pin": seated.host.pin})
    await seated.unmerge()
    auth = {"table": seated.host.token, "sessionToken": rejoined["sessionToken"]}
    for server in (0, 1):
        again = await on(house, server, "/table", auth)
        assert again.hello["principal"]["sessionId"] == seated.party.id
