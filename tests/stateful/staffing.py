"""Who works there: helpers come, renew their log-ins, and are let go."""

from datetime import timedelta

from integration.house import PASSWORD
from stateful.evening import Evening, Picks
from stateful.ledger import Helper, require
from stateful.servers import Person

from handlers.login import DAY, REFRESH_TOKEN
from models.principal import Role, Stranger
from models.rules import Rules
from server.client import Client

GRACE = timedelta(seconds=Rules().refresh_grace_seconds)


async def come(evening: Evening, picks: Picks) -> None:
    """A helper logs in on one more device."""
    server, login = picks.below(2), picks.one_of(sorted(evening.house.helpers))
    person = Person(evening.servers, Client("/floor", Stranger(), "en"))
    request = {"login": login, "password": PASSWORD, "restaurantId": evening.house.id}
    answer = await evening.say(server, person, "staff:login", request)
    if answer["success"]:
        helper = Helper(person, login, [answer["refreshToken"]])
        evening.helpers.append(helper)
        if login in evening.revoked:
            helper.end()


async def refresh(evening: Evening, picks: Picks) -> None:
    """A helper shows a refresh token: the newest one, mostly."""
    present = [one for one in evening.helpers if not one.is_ending]
    if not present:
        return await come(evening, picks)
    server, helper = picks.below(2), picks.one_of(present)
    is_old = len(helper.tokens) > 2 and picks.below(3) == 2
    token = helper.tokens[0 if is_old else -1]
    helper.is_ending = helper.is_ending or is_old
    clock = evening.servers.clock
    shown_at = helper.shown.setdefault(token, clock.now())
    with helper.showing():
        answer = await evening.say(server, helper.person, "staff:refresh", {"refreshToken": token})
        is_reused = not answer["success"] and answer["error"]["code"] == "TOKEN_REUSED"
        if is_old:
            evening.require_refused(answer)
        elif is_reused:
            require(clock.now() - shown_at > GRACE, "a token that was shown twice at once counts as copied")
        if is_old or is_reused:
            helper.end()
    evening.ledger.acts["token-reused"] += is_reused
    if answer["success"] and _generation(evening, answer["refreshToken"]) >= len(helper.tokens):
        helper.tokens.append(answer["refreshToken"])
        evening.ledger.acts["login-refreshed"] += 1
    return None


async def change(evening: Evening, picks: Picks) -> None:
    """A manager gives a helper another name."""
    server, login = picks.below(2), picks.one_of(sorted(evening.house.helpers))
    request = {
        "staffId": evening.house.helpers[login],
        "name": f"Helper {picks.below(99)}",
        "opId": evening.operation(),
    }
    answer = await evening.say(server, evening.house.staff[Role.MANAGER], "staff:change", request)
    evening.ledger.acts["staff-changed"] += answer["success"]


async def revoke(evening: Evening, picks: Picks) -> None:
    """A manager lets a helper go, with all log-ins: seldom, since nobody comes back."""
    if not evening.helpers or picks.below(3):
        return await refresh(evening, picks)
    server, login = picks.below(2), picks.one_of(evening.helpers).login
    for helper in evening.helpers:
        helper.is_ending = helper.is_ending or helper.login == login
    request = {"staffId": evening.house.helpers[login], "opId": evening.operation()}
    is_first = login not in evening.revoked
    answer = await evening.say(server, evening.house.staff[Role.MANAGER], "staff:revoke", request)
    if answer["success"]:
        evening.ledger.acts["staff-revoked"] += is_first and login not in evening.revoked
        evening.revoked.add(login)
        for helper in evening.helpers:
            if helper.login == login:
                helper.end()
    return None


def _generation(evening: Evening, token: str) -> int:
    """Return the number of a refresh token within its log-in, from zero on: the same one may be signed anew."""
    parts = evening.servers.apps[0].vault.read(REFRESH_TOKEN, token, DAY)
    assert parts
    return int(parts[2])
