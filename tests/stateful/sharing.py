"""Who pays what: guests claim dishes and parts of them, staff do it for them, and divide checks."""

from fractions import Fraction
from typing import Any

from stateful.dining import join, place
from stateful.evening import Evening, Picks
from stateful.ledger import Guest, Party
from stateful.serving import decide

from models.claim import SplitMethod
from models.principal import Role


async def claim(evening: Evening, picks: Picks) -> None:
    """A guest claims a part of a dish, or gives it up; or staff do it for them."""
    party = evening.party(picks)
    if party is None or not party.guests:
        return await join(evening, picks)
    near = {party.id, *(one.id for one in party.friends)}
    checks = [one for one in evening.truth.found["checks"] if one["rounds"] and one["session_id"] in near]
    if not checks:
        return await place(evening, picks)
    server, check = picks.below(2), picks.one_of(checks)
    guest = picks.one_of((party.present if picks.below(4) else []) or party.guests)
    request: dict[str, Any] = {"opId": evening.operation()}
    known = {one.id: (friend, one) for friend in (party, *party.friends) for one in friend.guests}
    claimed = [one for one in check["claims"] if one["by"]["id"] in known]
    if claimed and picks.below(2):
        freed = picks.one_of(claimed)
        (party, guest), request["lineId"] = known[freed["by"]["id"]], freed["line_id"]
    else:
        of = picks.one_of((1, 2, 2, 3, 100))
        request["lineId"] = picks.one_of([line["id"] for entry in check["rounds"] for line in entry["lines"]])
        request["share"] = {"parts": 1 + picks.below(of), "of": of}
    if picks.below(4) == 3:
        await _claim_for(evening, server, evening.party_of(check["session_id"]), guest, request)
    else:
        await claim_once(evening, server, party, guest, request)
    return None


async def claim_once(evening: Evening, server: int, party: Party, guest: Guest, request: dict[str, Any]) -> None:
    """Send a guest's claim or its end, note what it made, and keep it to be repeated."""
    name = "check:claim" if "share" in request else "check:unclaim"
    answer = await evening.say(server, guest.person, name, request, party, guest)
    evening.repeatable.append(lambda other: claim_once(evening, other, party, guest, request))
    if answer["success"] and evening.ledger.is_first(request["opId"], answer):
        evening.ledger.acts["line-claimed" if "share" in request else "line-unclaimed"] += 1
        _note(evening, guest, request, answer)


async def _claim_for(evening: Evening, server: int, party: Party, guest: Guest, request: dict[str, Any]) -> None:
    is_claim = "share" in request
    name, act = ("check:claim", "line-claimed") if is_claim else ("check:unclaim", "line-unclaimed")
    asked = request | {"participantId": guest.id}

    def noted(answer: dict[str, Any]) -> None:
        _note(evening, guest, request, answer)

    await evening.act(server, evening.house.staff[Role.WAITER], name, asked, party, [act], noted)


def _note(evening: Evening, guest: Guest, request: dict[str, Any], answer: dict[str, Any]) -> None:
    share = request.get("share", {"parts": 0, "of": 1})
    evening.shares.claim(answer["check"], request["lineId"], guest.id, Fraction(share["parts"], share["of"]))


async def divide(evening: Evening, picks: Picks) -> None:
    """A waiter divides a check in some way, or takes that back."""
    checks = [one for one in evening.truth.found["checks"] if one["rounds"]]
    if not checks:
        return await decide(evening, picks)
    server, check = picks.below(2), picks.one_of(checks)
    party = evening.party_of(check["session_id"])
    request: dict[str, Any] = {"checkId": check["_id"], "opId": evening.operation()}
    name = "check:unsplit" if picks.below(5) == 4 else "check:split"
    parts = 0
    if name == "check:split":
        more = _division(picks.one_of(tuple(SplitMethod)), check, party, picks)
        parts = more.get("count") or len(more.get("amounts") or more.get("parts", ()))
        request |= more

    def noted(answer: dict[str, Any]) -> None:
        evening.shares.divide(answer["check"], parts)

    await evening.act(server, evening.staff(picks), name, request, party, ["check-divided"], noted)
    return None


def _division(method: SplitMethod, check: dict[str, Any], party: Party, picks: Picks) -> dict[str, Any]:
    count, total = 2 + picks.below(4), check["total"]["amount"]
    lines = [line["id"] for entry in check["rounds"] for line in entry["lines"]]
    more: dict[SplitMethod, dict[str, Any]] = {
        SplitMethod.EVEN: {"count": count},
        SplitMethod.AMOUNTS: {"amounts": [max(1, total // count + picks.below(2))] * count},
        SplitMethod.PARTICIPANTS: {
            "parts": [{"participantId": one} for one in dict.fromkeys(one.id for one in party.guests[:2])]
        },
        SplitMethod.LINES: {"parts": [{"name": "A", "lineIds": lines[:1]}, {"name": "B", "lineIds": lines[:count]}]},
        SplitMethod.CLAIMS: {},
    }
    return {"method": method.value, **more[method]}
