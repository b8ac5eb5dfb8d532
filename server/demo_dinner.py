"""The scenes of the demo: what a waiter, a manager, two cooks and two phones do, in order, and what is said of it."""

import asyncio
from contextlib import suppress
from typing import Any

from comanda_client import Refused, State, Unreachable

from server.daemon import StartFailed
from server.demo_stage import Entry, Person, Sight, Stage, all_know, knows
from server.seed import load_demo_house

TIP = 2_000
FAREWELL = "The demo is over."


class Dinner:
    """The scenes, in order."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._session = ""
        self._pin = ""
        self._token = ""
        self._is_closed = False

    async def open_the_house(self) -> None:
        """Log everyone in."""
        self._stage.begin("The house opens")
        posts = {"mihai": "/floor", "elena": "/floor", "radu": "/kitchen", "vlad": "/kitchen"}
        await asyncio.gather(*(self._log_in(login, namespace) for login, namespace in posts.items()))
        self.waiter, self.manager, self.radu, self.vlad = (
            self._stage.people[name] for name in ("Mihai", "Elena", "Radu", "Vlad")
        )
        self.floor, self.cooks = [self.waiter, self.manager], [self.radu, self.vlad]
        self._stage.tell("Mihai", "waits tables; Radu and Vlad are in the kitchen, Elena is the manager")
        await self._stage.pause(2)

    async def seat(self) -> None:
        """Open a table; two phones join."""
        self._stage.begin("A party sits down")
        table = self._free_tables()[0]
        data = {"tableId": table["id"], "mode": "FAMILY", "covers": 2}
        answer = await self._stage.act(
            self.waiter,
            "session:open",
            data,
            lambda answer: f"opens {table['name']} for two and tells them the PIN: {answer['pin']}",
            lambda answer: all_know(self.floor, knows("session", answer)),
        )
        self._session, self._pin, self._token = answer["session"]["id"], answer["pin"], answer["tableToken"]
        self.ana = await self._join("Ana", "scans the code, types the PIN, and is in")
        self.ion = await self._join("Ion", "joins too; Ana sees him")
        self.phones = [self.ana, self.ion]

    async def fill_the_cart(self) -> None:
        """Two phones, one cart."""
        self._stage.begin("Two phones fill one cart")
        as_ana_likes_it = ["medium-rare", "side-fries", "sauce-pepper"]
        steak = await self._add(self.ana, "antricot", as_ana_likes_it, note="no salt, please")
        await self._add(self.ion, "pizza-diavola", ["size-32", "topping-olives"])
        await self._add(self.ana, "salata-greceasca", "dressing")
        await self._add(self.ion, "limonada", "lemonade-flavour", quantity=2)
        change = {"lineId": steak, "modifiers": ["medium", "side-mash", "sauce-pepper"], "opId": self._new_id()}
        await self._stage.act(
            self.ion, "cart:update", change, "wants Ana's steak medium, with mash", self._seen_in_cart
        )

    async def send_it(self) -> None:
        """One phone reviews and sends while the other waits."""
        self._stage.begin("One of them sends it")
        await self._stage.act(self.ion, "checkout:hold", {}, "checks the order before it goes", self._seen_in_cart)
        late = {"itemId": "papanasi", "quantity": 1, "opId": self._new_id()}
        await self._stage.refuse(
            self.ana, "cart:add", late, "CART_HELD", "would like papanași, and is told that Ion is checking: wait"
        )
        key = self._new_id()
        placed = await self._send(self.ion, key, "sends it: the kitchen has it, each station its part, no price")
        again = await self.ion.connection.send("order:place", {"idempotencyKey": key, "cartVersion": placed})
        number = again["order"]["number"]
        self._stage.tell("Ion", f"taps again, impatiently: the same order {number}, and nothing is cooked twice")
        await self._stage.pause(1.5)

    async def cook(self) -> None:
        """The kitchen sees, begins and finishes."""
        self._stage.begin("The kitchen cooks")
        shown = {"ticketIds": [ticket["id"] for ticket in self._tickets()]}
        await self._stage.act(
            self.radu, "ticket:seen", shown, f"has {len(shown['ticketIds'])} tickets on the screen", self._all_seen
        )
        await self._step(self.radu, "grill", "NEW", "IN_PROGRESS", "puts the steak on")
        await self._step(self.vlad, "bar", "NEW", "IN_PROGRESS", "squeezes lemons")
        await self._step(self.vlad, "bar", "IN_PROGRESS", "READY", "has the lemonade ready: all see it")
        await self._bump(self.vlad, "bar", "clears it from the screen")
        await self._step(self.radu, "pizza", "NEW", "IN_PROGRESS", "slides the pizza in")

    async def lose_a_phone(self) -> None:
        """A phone drops, misses things, and catches up by itself."""
        self._stage.begin("A phone drops and comes back")
        await self.ana.connection.drop()
        self.ana.is_away = True
        self._stage.tell("Ana", "is in the lift: no connection")
        await self._stage.pause(1.5)
        self.phones = [self.ion]
        await self._bump(self.radu, "cold", "has the salad ready and clears it")
        await self._add(self.ion, "papanasi", [], quantity=2, note="one with two spoons")
        await self._send(self.ion, self._new_id(), "sends dessert as a round of its own")
        before = self.ana.messages
        await self._stage.pause(1)
        _, millis = await self._stage.measure(self.ana.connection.open())
        self.phones = [self.ana, self.ion]
        self.ana.is_away = False
        what = f"is back and knows it all: {self.ana.messages - before} messages"
        self._stage.log.append(Entry(self._stage.seconds, "Ana", what, millis))
        await self._stage.pause(2.5)

    async def move(self) -> None:
        """The party moves while dishes cook."""
        self._stage.begin("The table moves, everyone follows")
        table = self._free_tables()[-1]

        def follows(state: State) -> bool:
            return all(ticket["tableName"] == table["name"] for ticket in self._open(state))

        await self._stage.act(
            self.waiter,
            "session:move",
            {"sessionId": self._session, "tableId": table["id"]},
            f"moves them to {table['name']}: phones and tickets follow, nothing is cooked again",
            lambda answer: [
                *all_know([*self.floor, *self.phones], knows("session", answer)),
                *all_know(self.cooks, follows),
            ],
        )
        await self._stage.pause(2)

    async def finish(self) -> None:
        """The rest is served and the table is closed."""
        self._stage.begin("The rest is ready")
        await self._bump(self.radu, "pizza", "takes the pizza out")
        await self._bump(self.radu, "grill", "plates the steak")
        await self._bump(self.radu, "grill", "and the papanași")
        self._stage.begin("Goodbye")
        data = {"sessionId": self._session}
        await self._stage.refuse(self.waiter, "session:close", data, "CHECK_OPEN", "cannot close it: money is owed")
        everyone = [*self.floor, *self.phones]
        due = next(one for one in self.waiter.state.of("check") if one["sessionId"] == self._session)["due"]["amount"]
        cash = {**data, "method": "CASH", "amount": due, "tip": TIP, "idempotencyKey": self._new_id()}
        await self._stage.act(
            self.waiter,
            "payment:record",
            cash,
            "takes the money, with a tip: all see that it is paid",
            lambda answer: all_know(everyone, knows("check", answer)),
        )
        await self._stage.act(
            self.manager,
            "session:close",
            {**data, "reason": FAREWELL},
            "closes the table, with a reason for the audit",
            lambda answer: all_know(everyone, knows("session", answer)),
        )
        self._is_closed = True

    async def clear_the_table(self) -> None:
        """Leave no open table behind when the demo was interrupted."""
        if self._session and not self._is_closed:
            with suppress(Refused, Unreachable):
                await self.manager.connection.send("session:close", {"sessionId": self._session, "reason": FAREWELL})

    # ── what the scenes are made of ───────────────────────────────────────────────────────────────────────────────────

    async def _log_in(self, login: str, namespace: str) -> None:
        person = next(one for one in load_demo_house().staff if one.login == login)
        entered = await self._stage.enter(person.name.split()[0], "tablet", namespace)
        answer = await entered.connection.send("staff:login", {"login": login, "password": person.password})
        entered.connection.auth["accessToken"] = answer["accessToken"]

    async def _join(self, name: str, what: str) -> Person:
        person = await self._stage.enter(name, "phone", "/table", {"table": self._token})
        everyone = [*self.floor, *(one for one in self._stage.people.values() if one.device == "phone")]
        answer = await self._stage.act(
            person,
            "session:join",
            {"pin": self._pin, "name": name},
            what,
            lambda answer: all_know(everyone, knows("session", answer)),
        )
        person.connection.auth["sessionToken"] = answer["sessionToken"]
        person.state.merge(await person.connection.send("menu:get", {"language": "en"}))
        return person

    async def _add(
        self, person: Person, dish: str, modifiers: list[str] | str, *, quantity: int = 1, note: str = ""
    ) -> str:
        """Add a dish; a group's name stands for its first option. Returns the id of the line."""
        menu = next(person.state.of("menu"))
        if isinstance(modifiers, str):
            group = next(one for one in menu["modifierGroups"] if one["id"] == modifiers)
            modifiers = [group["options"][0]["id"]]
        name = next(one["name"]["en"] for one in menu["dishes"] if one["id"] == dish)
        data = {"itemId": dish, "quantity": quantity, "modifiers": modifiers, "note": note, "opId": self._new_id()}
        answer = await self._stage.act(person, "cart:add", data, f"adds {quantity} × {name}", self._seen_in_cart)
        return str(answer["cart"]["lines"][-1]["id"])

    async def _send(self, person: Person, key: str, what: str) -> int:
        version = next(person.state.of("cart"))["version"]

        def seen_by(answer: dict[str, Any]) -> list[Sight]:
            order = answer["order"]
            stations = {station for dish in order["lines"] for station in dish["stations"]}

            def has_tickets(state: State) -> bool:
                return {one["station"] for one in state.of("ticket") if one["orderId"] == order["id"]} == stations

            return [*all_know([*self.phones, *self.floor], knows("order", answer)), *all_know(self.cooks, has_tickets)]

        await self._stage.act(person, "order:place", {"idempotencyKey": key, "cartVersion": version}, what, seen_by)
        return int(version)

    async def _step(self, cook: Person, station: str, expected: str, status: str, what: str) -> None:
        ticket = self._tickets(station)[0]
        dish = next(one for one in ticket["lines"] if one["status"] == expected)
        data = {"ticketId": ticket["id"], "lineId": dish["id"], "status": status, "expected": expected}
        await self._stage.act(
            cook, "line:set-status", data, what, lambda answer: self._cooked(answer, {dish["id"]: status})
        )

    async def _bump(self, cook: Person, station: str, what: str) -> None:
        ticket = self._tickets(station)[0]
        ready = {dish["id"]: "READY" for dish in ticket["lines"]}
        await self._stage.act(
            cook, "ticket:bump", {"ticketId": ticket["id"]}, what, lambda answer: self._cooked(answer, ready)
        )

    def _cooked(self, answer: dict[str, Any], states: dict[str, str]) -> list[Sight]:
        def shows(state: State) -> bool:
            dishes = {dish["id"]: dish["status"] for order in state.of("order") for dish in order["lines"]}
            return all(dishes.get(one) == status for one, status in states.items())

        return [*all_know(self.cooks, knows("ticket", answer)), *all_know([*self.phones, *self.floor], shows)]

    def _seen_in_cart(self, answer: dict[str, Any]) -> list[Sight]:
        return all_know(self.phones, knows("cart", answer))

    def _all_seen(self, answer: dict[str, Any]) -> list[Sight]:
        return all_know(self.cooks, lambda state: all(one["seenAt"] for one in self._open(state)))

    def _tickets(self, station: str | None = None) -> list[dict[str, Any]]:
        """The party's open tickets (of a station), the oldest first."""
        found = [one for one in self._open(self.radu.state) if station in (None, one["station"])]
        return sorted(found, key=lambda one: int(one["number"]))

    def _open(self, state: State) -> list[dict[str, Any]]:
        return [one for one in state.of("ticket") if one["sessionId"] == self._session and one["status"] == "OPEN"]

    def _free_tables(self) -> list[dict[str, Any]]:
        state = self.waiter.state
        taken = {session["tableId"] for session in state.of("session") if session["status"] == "OPEN"}
        free = [table for table in state.of("table") if table["id"] not in taken]
        if len(free) < 2:
            raise StartFailed("The house is full: the demo needs two free tables.")
        return sorted(free, key=lambda table: int(table["position"]))

    def _new_id(self) -> str:
        return self._stage.clock.new_id()
