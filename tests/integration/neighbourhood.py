"""Two houses and three parties on one server, with everything in sight watched: the database, the driver, the counters.

Our party and its neighbours sit in one house, the strangers in another. Whoever is not ours carries a name and a note
that stand nowhere else.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from integration.attacker import Attacker
from integration.company import Company, enrolled_tablet, seat, sent_message
from integration.customers import deliver
from integration.house import PASSWORD, House, Installation, TestClock, free_socket, in_a_hurry, settings_for
from integration.payloads import example
from integration.promoted import promotion, publish
from integration.watch import Watch
from prometheus_client.samples import Sample
from simulators.simulated_stripe import KEYS

from handlers.registry import CHECKOUT, FLOOR, KITCHEN, SMS, TABLE, Command
from models.principal import Role
from models.sms_proof import proof
from models.store import client as mongodb
from models.store.schema import KINDS
from server.app import App

ROLES: dict[str, tuple[Role, ...]] = {
    TABLE: (Role.GUEST, Role.VISITOR),
    FLOOR: (Role.WAITER, Role.CASHIER, Role.MANAGER, Role.CHEF, Role.STRANGER),
    KITCHEN: (Role.CHEF, Role.MANAGER, Role.SCREEN, Role.STRANGER),
    CHECKOUT: (Role.CUSTOMER,),
    SMS: (Role.SMS_PHONE, Role.STRANGER),
}
"""Who can be connected in a namespace."""

TRACE = re.compile(r"Traceback|File \\?\"|\.py\b|pydantic|pymongo|bson\.|site-packages|line \d+, in", re.IGNORECASE)
NOBODY = "http://127.0.0.1:9"
"""Where no provider of payments answers."""

COUNTED_FAILURES = {
    "refused",
    "audit-read",
    "pin-failed",
    "login-failed",
    "password-refused",
    "approval-refused",
    "promotion-refused",
    "device-refused",
}
UNALARMED = {
    "void_alarm_count": 10**6,
    "pin_alarm_sessions": 10**6,
    "login_alarm_names": 10**6,
    "device_alarm_refusals": 10**6,
    "pairing_failures": 10**6,
}
"""What is tried here is suspicious, and an alarm about it in the middle of a test is no answer to a command."""

OF_SCREENS = {"live", "dark_since", "open_portions", "wait", "version", "change"}
"""What changes on a station when a screen comes or goes, and as time passes."""

OF_COMING = {"epoch", "process", "last_seen_at", "gone_at", "sims", "app", "version", "change"}
"""What changes of an SMS phone when it comes or goes."""

NAMES = {"neighbours": ("Zenobia", "nota-vecinilor-7193"), "strangers": ("Xerxes", "nota-strainilor-5528")}

COUNTED = ["comanda_commands_total", "comanda_refused_total"]
"""The counters in which a refusal shows."""


@dataclass
class Neighbourhood:
    """See the module."""

    app: App
    port: int
    database: Any
    watch: Watch
    ours: Company
    neighbours: Company
    strangers: Company
    tokens: dict[Role, str]

    async def enter(self, role: Role, namespace: str) -> Attacker:
        """Connect as someone of our house."""
        auth: dict[str, Any] = {}
        if namespace == TABLE:
            auth = {"table": self.ours.party.token}
            if role is Role.GUEST:
                auth["sessionToken"] = self.ours.session_token
        elif namespace == CHECKOUT:
            auth = {"token": self.ours.caller.token}
        elif role is Role.SMS_PHONE:
            return await self._as_phone()
        elif role is Role.SCREEN:
            auth = {"deviceToken": self.tokens[role]}
        elif role in self.tokens:
            auth = {"accessToken": self.tokens[role]}
        return await Attacker.enter(self.port, namespace, auth)

    async def _as_phone(self) -> Attacker:
        """Connect as the SMS phone of our house: it has to answer what it is asked on that connection."""
        attacker = await Attacker.enter(self.port, SMS)
        await attacker.hear("hello")
        hello = json.loads(attacker.received[-1].partition(",")[2])[1]
        device_id, _, secret = self.tokens[Role.SMS_PHONE].partition(" ")
        shown = {"deviceId": device_id, "proof": proof(secret, hello["challenge"])}
        answer = await attacker.ask("sms:register", json.dumps(shown | {"protocols": [1], "app": "1.0"}))
        assert answer["success"], answer
        return attacker

    def example(self, command: Command, namespace: str) -> dict[str, Any]:
        """Return a payload of ours that is right in every field that is required."""
        sms_phone_id, _, _ = self.tokens[Role.SMS_PHONE].partition(" ")
        return example(command, namespace, self.ours, sms_phone_id)

    async def documents(self) -> dict[tuple[str, str], str]:
        """Return everything that both houses have in the database, but for counted failures."""
        houses = {"$in": [self.ours.house.restaurant.id, self.strangers.house.restaurant.id]}
        found: dict[tuple[str, str], str] = {}
        for name in {kind.collection for kind in KINDS.values()} - {"attempt_limits", "audit_chains"}:
            async for one in self.database[name].find({"$or": [{"restaurant_id": houses}, {"_id": houses}]}):
                one.pop("seal", None)
                if name == "stations":
                    # Who connects to try something is a screen of them, a moment later.
                    one = {field: value for field, value in one.items() if field not in OF_SCREENS}
                if name == "sms_phones":
                    one = {field: value for field, value in one.items() if field not in OF_COMING}
                if one.get("act") not in COUNTED_FAILURES:
                    found[name, str(one["_id"])] = repr(one)
        return found

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Require that nothing in the database is otherwise afterwards, and that no operator came to the driver."""
        before, seen = await self.documents(), len(self.watch.hostile)
        yield
        after = await self.documents()
        changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
        assert not changed, [(before.get(key), after.get(key)) for key in changed[:2]]
        assert self.watch.hostile[seen:] == []

    def refusals(self, code: str) -> float:
        """Return how many commands were refused with a code so far, by the guard or behind it."""
        guards = f"commands_{code.lower()}"
        return sum(
            one.value
            for one in self._samples()
            if (one.name == "comanda_commands_total" and one.labels["outcome"] == code)
            or (one.name == "comanda_refused_total" and one.labels["what"] == guards)
        )

    def counted(self, beginning: str) -> float:
        """Return how often the guard cut someone off for reasons of one kind."""
        return sum(
            one.value
            for one in self._samples()
            if one.name == "comanda_refused_total" and one.labels["what"].startswith(beginning)
        )

    def _samples(self) -> Iterator[Sample]:
        """What an operator's Prometheus would read now of what was refused."""
        self.app.metrics.flush()
        for family in self.app.metrics.registry.restricted_registry(COUNTED).collect():
            yield from family.samples

    async def close(self) -> None:
        """Let everyone go."""
        await self.ours.house.close()
        await self.strangers.house.close()


@asynccontextmanager
async def serving(mongo_url: str, redis_url: str) -> AsyncIterator[tuple[Installation, Watch, Any]]:
    """Have one server whose driver is watched, and a view of its database that is not."""
    watch, clock = Watch(), TestClock()
    settings = settings_for(
        mongo_url, redis_url, "neighbourhood", limits=UNALARMED, payments={"stripe": KEYS, "stripe_url": NOBODY}
    )
    app = in_a_hurry(App(settings, clock=clock, mongo_options={"event_listeners": [watch]}))
    _let_nothing_change_by_itself(app)
    port = await app.start(free_socket())
    client = mongodb.connect(mongo_url)
    try:
        yield Installation([app], [port], clock), watch, client["neighbourhood"]
    finally:
        await app.stop()
        await client.close()


Served = tuple[Installation, Watch, Any]


def _let_nothing_change_by_itself(app: App) -> None:
    """Leave out what a house does without anyone asking: whoever comes and goes here would be answered by it."""

    async def rest() -> None:
        await asyncio.Event().wait()

    app.duties.run = rest  # type: ignore[method-assign]
    app.screens.follow = lambda connection, principal: None  # type: ignore[method-assign]
    app.attendance.follow = lambda connection, principal: None  # type: ignore[method-assign]


async def settle(installation: Installation, watch: Watch, database: Any) -> Neighbourhood:
    """Furnish two houses and seat three parties."""
    house, other = await installation.new_house(), await installation.new_house()
    for one in (house, other):
        await publish(one, promotion())
        await deliver(one)
    waiter, foreign_waiter = await house.waiter(), await other.waiter()
    ours = await seat(house, waiter, 0, "Ana", "fără sare")
    neighbours = await seat(house, waiter, 1, *NAMES["neighbours"])
    strangers = await seat(other, foreign_waiter, 0, *NAMES["strangers"])
    for company in (ours, strangers):
        company.ids["deviceId"] = await enrolled_tablet(company.house)
        company.ids["correlationId"] = await sent_message(company.house)
    for shared in ("restaurantId", "from", "to", "staffId", "stationId"):
        del neighbours.ids[shared]  # of one house: what is theirs is ours, too
    tokens: dict[Role, str] = {}
    for role in (Role.WAITER, Role.CASHIER, Role.CHEF, Role.MANAGER):
        tokens[role] = await access_token(house, role)
    tokens[Role.SCREEN] = await _screen(house)
    tokens[Role.SMS_PHONE] = await _sms_phone(house)
    (app,), (port,) = installation.apps, installation.ports
    return Neighbourhood(app, port, database, watch, ours, neighbours, strangers, tokens)


async def access_token(house: House, role: Role) -> str:
    """Log someone of a role in; return what proves it."""
    door = await house.connect(FLOOR)
    return str((await door.send("staff:login", _credentials(house, role)))["accessToken"])


def _credentials(house: House, role: Role) -> dict[str, str]:
    return {"login": house.login_of(role), "password": PASSWORD, "restaurantId": house.restaurant.id}


async def _screen(house: House) -> str:
    """Pair a screen of all stations; return its token."""
    manager, screen = await house.staff(house.login_of(Role.MANAGER)), await house.connect(KITCHEN)
    enrolled = await manager.operate("device:enrol", {"kind": "SCREEN", "name": "Pass"})
    return str((await screen.send("device:pair", {"code": enrolled["code"]}))["deviceToken"])


async def _sms_phone(house: House) -> str:
    """Pair an SMS phone; return its id and its secret."""
    manager, phone = await house.staff(house.login_of(Role.MANAGER)), await house.connect(SMS)
    enrolled = await manager.operate("device:enrol", {"kind": "SMS_PHONE", "name": "Phone"})
    paired = await phone.send("sms:register", {"code": enrolled["code"], "protocols": [1], "app": "1.0"})
    await phone.close()
    return f"{paired['deviceId']} {paired['secret']}"


def allowed(command: Command, namespace: str) -> Role:
    """Return a role that may send a command."""
    return next(role for role in ROLES[namespace] if role in command.roles)


def require_refusal(answer: dict[str, Any], codes: Sequence[str], what: str) -> None:
    """Require a refusal of one shape with one of some codes, that says nothing of how the server is made."""
    assert answer["success"] is False, (what, answer)
    assert set(answer) == {"success", "error"}, (what, answer)
    assert set(answer["error"]) == {"code", "message", "details"}, (what, answer)
    assert answer["error"]["code"] in codes, (what, answer)
    assert not TRACE.search(str(answer)), (what, answer)
