"""What guests do: come, fill the cart, hold it, send it, go; and everyone repeats what they sent."""

from stateful.evening import MOST_PARTIES, Evening, Picks
from stateful.ledger import Party

from models.dish import Dish


async def open_table(evening: Evening, picks: Picks) -> None:
    """A waiter opens a table, taken or not."""
    server, person = picks.below(2), evening.staff(picks)
    mode, table = picks.one_of(("FAMILY", "FAMILY", "INDIVIDUAL")), picks.one_of(evening.house.tables)
    if len(evening.ledger.parties) >= MOST_PARTIES:
        return
    request = {"tableId": table.id, "mode": mode, "covers": 2, "opId": evening.operation()}
    answer = await evening.say(server, person, "session:open", request)
    if answer["success"]:
        evening.ledger.parties.append(Party(answer["session"]["id"], table.id, mode, answer["pin"]))
        evening.ledger.acts["session-opened"] += 1


async def join(evening: Evening, picks: Picks) -> None:
    """Someone joins with the right PIN."""
    party = evening.party(picks)
    if party is None or not evening.ledger.running:
        return await open_table(evening, picks)
    server = picks.below(2)
    person = evening.servers.visitor(evening.house, party.table_id, len(evening.history))
    await evening.join(server, person, party)
    return None


async def guess(evening: Evening, picks: Picks) -> None:
    """Someone tries a wrong PIN."""
    party = evening.party(picks)
    if party is None:
        return await open_table(evening, picks)
    server, digits = picks.below(2), f"{(int(party.pin) + 1 + picks.below(9_000)) % 10_000:04d}"
    person = evening.servers.visitor(evening.house, party.table_id, 10_000 + len(evening.history))
    await evening.guess(server, person, party, digits)
    return None


async def leave(evening: Evening, picks: Picks) -> None:
    """A guest goes; what they added stays."""
    party = evening.party(picks)
    if party is None or len(party.present) < 2:
        return await join(evening, picks)
    server, guest = picks.below(2), picks.one_of(party.present)
    guest.removal_begun = True
    if (await evening.say(server, guest.person, "session:leave", {}, party, guest))["success"]:
        guest.is_removed = True
        evening.ledger.acts["session-left"] += 1
    return None


async def add(evening: Evening, picks: Picks) -> None:
    """Someone adds a dish."""
    party = evening.party(picks)
    if party is None or not party.guests:
        return await join(evening, picks)
    server, who = picks.below(2), evening.speaker(party, picks)
    dish, operation = picks.one_of(evening.house.menu.dishes), evening.operation()
    request = {
        "itemId": dish.id,
        "quantity": 1 + picks.below(3),
        "modifiers": _modifiers(evening, dish, picks),
        "note": operation,
        "opId": operation,
    }
    await evening.write_cart(server, party, who, "cart:add", request)
    return None


async def change(evening: Evening, picks: Picks) -> None:
    """Someone changes a line, takes it out, or takes all out."""
    party = evening.party(picks)
    if party is None or not party.guests:
        return await join(evening, picks)
    server, who = picks.below(2), evening.speaker(party, picks)
    name = picks.one_of(("cart:update", "cart:update", "cart:remove", "cart:remove", "cart:clear"))
    lines = evening.shown(party, who[1]).get("lines", ())
    request = {"opId": evening.operation()}
    if name != "cart:clear":
        if not lines:
            return await add(evening, picks)
        request["lineId"] = picks.one_of(lines)["id"]
    more = {"quantity": 1 + picks.below(9)} if name == "cart:update" else {}
    await evening.write_cart(server, party, who, name, request | more)
    return None


async def hold(evening: Evening, picks: Picks) -> None:
    """Someone takes the checkout, or lets it go."""
    party = evening.party(picks)
    if party is None or not party.guests:
        return await join(evening, picks)
    server, who = picks.below(2), evening.speaker(party, picks)
    name = picks.one_of(("checkout:hold", "checkout:release"))
    await evening.write_cart(server, party, who, name, {})
    return None


async def place(evening: Evening, picks: Picks) -> None:
    """Someone sends the cart as they saw it, sometimes under a fence, sometimes an old one."""
    party = evening.party(picks)
    if party is None or not party.guests:
        return await join(evening, picks)
    server, who = picks.below(2), evening.speaker(party, picks)
    cart = evening.shown(party, who[1])
    if not cart.get("lines"):
        return await add(evening, picks)
    version = cart["version"] - (1 if picks.below(6) == 5 and cart["version"] > 1 else 0)
    request = {"idempotencyKey": f"key-{evening.operation()}", "cartVersion": version}
    if cart["hold"] and picks.below(2):
        request["fence"] = cart["hold"]["fence"]
    await evening.place(server, party, who, request)
    return None


async def repeat(evening: Evening, picks: Picks) -> None:
    """What was sent lately arrives once more, at either server."""
    if not evening.repeatable:
        return await open_table(evening, picks)
    server, recent = picks.below(2), evening.repeatable[-8:]
    again = recent[-1 - picks.below(len(recent))]
    await again(server)
    return None


async def wait(evening: Evening, picks: Picks) -> None:
    """Time passes."""
    evening.servers.clock.advance(seconds=picks.one_of((1, 10, 30, 130)))


def _modifiers(evening: Evening, dish: Dish, picks: Picks) -> list[str]:
    chosen: list[str] = []
    for group in evening.house.menu.modifier_groups:
        if group.id in dish.modifier_groups:
            count = group.min_select + picks.below(2 if group.max_select > group.min_select else 1)
            chosen += [option.id for option in group.options[:count]]
    return chosen
