"""What someone with write access to the database can do to an audit log, and what must be found of each.

Each tamper changes the documents of one house and returns the number at which the chain is not right any more, with
the id of the entry that is found there, if there is one. They know no key; the index that keeps numbers apart is gone.
"""

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId
from bson.int64 import Int64

from models.chain import Wrong, seal

THEIR_KEY = b"guessed" * 5
AT = ("act", "subject", "session_id", "device", "address", "actor.name", "actor.id", "actor.kind", "before.status")
FIELDS = (*AT, "at", "version", "change", "after.status", "details.amount", "details.reason", "details.new", "new")
OF_SEAL = ("seal.hash", "seal.previous", "seal.key", "seal.more")


@dataclass(frozen=True, slots=True)
class Expected:
    """Where the first fault is; `id` is None where no entry is at fault but one is missing."""

    number: int | None
    id: str | None = None
    wrong: tuple[Wrong, ...] = tuple(Wrong)


@dataclass(slots=True)
class Tamperer:
    """Someone at the documents of one house; `entries` are they, untouched, in the order of the chain."""

    database: Any
    house: str
    entries: list[dict[str, Any]]
    anchored: int
    """Up to which number: what came after it can be cut off unnoticed, together with the head."""
    chance: random.Random

    @property
    def audit(self) -> Any:
        return self.database["audit"]

    def pick(self, first: int = 1, last: int | None = None) -> dict[str, Any]:
        """Return one of the entries from a number to another."""
        return self.entries[self.chance.randint(first, last or len(self.entries)) - 1]

    async def edit_a_field(self) -> Expected:
        entry, name = self.pick(), self.chance.choice(FIELDS)
        await self.audit.update_one({"_id": entry["_id"]}, {"$set": {name: self._other(_at(entry, name))}})
        return Expected(number(entry), entry["_id"], (Wrong.CHANGED,))

    async def remove_a_field(self) -> Expected:
        entry, name = self.pick(), self.chance.choice(("act", "at", "actor", "actor.name", "details", "version"))
        await self.audit.update_one({"_id": entry["_id"]}, {"$unset": {name: ""}})
        return Expected(number(entry), entry["_id"], (Wrong.CHANGED,))

    async def edit_the_seal(self) -> Expected:
        entry, name = self.pick(), self.chance.choice(OF_SEAL)
        await self.audit.update_one({"_id": entry["_id"]}, {"$set": {name: self._other(_at(entry, name))}})
        return Expected(number(entry), entry["_id"], (Wrong.CHANGED, Wrong.KEY, Wrong.STRAY))

    async def take_the_seal_off(self) -> Expected:
        entry = self.pick()
        await self.audit.update_one({"_id": entry["_id"]}, {"$set": {"seal": None}})
        return self._gone(number(entry), 1)

    async def make_the_number_none(self) -> Expected:
        entry = self.pick()
        odd = self.chance.choice(["1", None, -1, True, [], {}])
        await self.audit.update_one({"_id": entry["_id"]}, {"$set": {"seal.number": odd}})
        return self._gone(number(entry), 1)

    async def make_the_number_a_fraction(self) -> Expected:
        entry = self.pick()
        await self.audit.update_one({"_id": entry["_id"]}, {"$set": {"seal.number": float(number(entry))}})
        return Expected(None, entry["_id"], (Wrong.STRAY,))

    async def move_to_another_house(self) -> Expected:
        entry = self.pick()
        await self.audit.update_one({"_id": entry["_id"]}, {"$set": {"restaurant_id": self.house + "x"}})
        return self._gone(number(entry), 1)

    async def change_the_id(self) -> Expected:
        entry = self.pick()
        await self.audit.delete_one({"_id": entry["_id"]})
        await self.audit.insert_one(entry | {"_id": entry["_id"] + "x"})
        return Expected(number(entry), entry["_id"] + "x", (Wrong.CHANGED,))

    async def delete_one(self) -> Expected:
        entry = self.pick()
        await self.audit.delete_one({"_id": entry["_id"]})
        return self._gone(number(entry), 1)

    async def delete_a_range(self) -> Expected:
        first = number(self.pick())
        count = self.chance.randint(1, len(self.entries) - first + 1)
        reached = {"$gte": first, "$lt": first + count}
        await self.audit.delete_many({"restaurant_id": self.house, "seal.number": reached})
        return self._gone(first, count)

    async def delete_one_and_close_the_gap(self) -> Expected:
        entry = self.pick(1, len(self.entries) - 1)
        await self.audit.delete_one({"_id": entry["_id"]})
        for later in self.entries[number(entry) :]:
            await self.audit.update_one({"_id": later["_id"]}, {"$inc": {"seal.number": -1}})
        return Expected(number(entry), self.entries[number(entry)]["_id"], (Wrong.CHANGED,))

    async def swap_contents(self) -> Expected:
        one, other = self._two()
        for to, content in ((one, other), (other, one)):
            await self.audit.replace_one({"_id": to["_id"]}, content | {"_id": to["_id"], "seal": to["seal"]})
        return Expected(number(one), one["_id"], (Wrong.CHANGED,))

    async def swap_seals(self) -> Expected:
        one, other = self._two()
        return await self._swap({"seal": one["seal"]}, {"seal": other["seal"]}, one, other)

    async def swap_numbers(self) -> Expected:
        one, other = self._two()
        return await self._swap({"seal.number": number(one)}, {"seal.number": number(other)}, one, other)

    async def reverse_a_range(self) -> Expected:
        one, other = self._two()
        reached = self.entries[number(one) - 1 : number(other)]
        for entry, place in zip(reached, reversed(reached), strict=True):
            await self.audit.update_one({"_id": entry["_id"]}, {"$set": {"seal": place["seal"]}})
        return Expected(number(one), other["_id"], (Wrong.CHANGED,))

    async def renumber_beyond_the_end(self) -> Expected:
        entry = self.pick()
        far = len(self.entries) + self.chance.randint(2, 1_000)
        await self.audit.update_one({"_id": entry["_id"]}, {"$set": {"seal.number": far}})
        return Expected(number(entry), None, (Wrong.MISSING,))

    async def renumber_to_a_number_that_is_taken(self) -> Expected:
        one, other = self._two()
        await self.audit.update_one({"_id": other["_id"]}, {"$set": {"seal.number": number(one)}})
        return Expected(number(one), other["_id"], (Wrong.CHANGED, Wrong.STRAY))

    async def cut_the_tail_off(self) -> Expected:
        first = number(self.pick())
        await self.audit.delete_many({"restaurant_id": self.house, "seal.number": {"$gte": first}})
        return Expected(first, None, (Wrong.CUT_OFF,))

    async def cut_the_tail_off_and_move_the_head_back(self) -> Expected:
        entry = self.pick(1, self.anchored)
        await self.audit.delete_many({"restaurant_id": self.house, "seal.number": {"$gte": number(entry)}})
        await self._move_head(number(entry) - 1)
        return Expected(number(entry), None, (Wrong.CUT_OFF,))

    async def delete_everything(self) -> Expected:
        await self.audit.delete_many({"restaurant_id": self.house})
        await self._move_head(0)
        return Expected(1, None, (Wrong.CUT_OFF,))

    async def insert_a_forged_one_between(self) -> Expected:
        place = number(self.pick())
        for later in reversed(self.entries[place - 1 :]):
            await self.audit.update_one({"_id": later["_id"]}, {"$inc": {"seal.number": 1}})
        forged = self._forged(place)
        await self.audit.insert_one(forged)
        await self._move_head(len(self.entries))
        return Expected(place, forged["_id"], (Wrong.CHANGED,))

    async def insert_a_forged_one_at_the_end(self) -> Expected:
        forged = self._forged(len(self.entries) + 1)
        await self.audit.insert_one(forged)
        is_moved = self.chance.random() < 0.5
        if is_moved:
            await self.database["audit_chains"].update_one(
                {"_id": self.house}, {"$set": {"number": number(forged), "hash": forged["seal"]["hash"]}}
            )
        return Expected(number(forged), forged["_id"], (Wrong.CHANGED,))

    async def insert_a_copy_beside_one(self) -> Expected:
        entry = self.pick()
        await self.audit.insert_one(entry | {"_id": "forged"})
        return Expected(number(entry), "forged", (Wrong.CHANGED, Wrong.STRAY))

    async def insert_one_without_a_seal(self) -> Expected:
        await self.audit.insert_one({**self.pick(), "_id": "forged", "seal": None})
        return Expected(None, "forged", (Wrong.UNSEALED,))

    async def insert_one_that_only_says_it_is_sealed(self) -> Expected:
        await self.audit.insert_one({**self.pick(), "_id": "forged", "seal": self.chance.choice([{}, "yes", 1])})
        return Expected(None, "forged", (Wrong.STRAY,))

    async def make_the_chain_anew(self) -> Expected:
        """With a key of their own, under our name or another."""
        first = self.pick()
        keys = {self.chance.choice([first["seal"]["key"], "theirs"]): THEIR_KEY}
        previous = first["seal"]["previous"]
        for entry in self.entries[number(first) - 1 :]:
            content = {name: value for name, value in entry.items() if name != "seal"} | {"act": "nothing"}
            made = seal(content, number(entry), previous, keys)
            await self.audit.replace_one({"_id": entry["_id"]}, content | {"seal": made.model_dump()})
            previous = made.hash
        await self.database["audit_chains"].update_one({"_id": self.house}, {"$set": {"hash": previous}})
        return Expected(number(first), first["_id"], (Wrong.CHANGED, Wrong.KEY))

    async def delete_the_head(self) -> Expected:
        await self._move_head(0)
        return Expected(len(self.entries), None, (Wrong.NO_HEAD,))

    async def change_the_head(self) -> Expected:
        await self.database["audit_chains"].update_one({"_id": self.house}, {"$set": {"hash": "0" * 64}})
        return Expected(len(self.entries), self.entries[-1]["_id"], (Wrong.HEAD,))

    async def move_the_head_back(self) -> Expected:
        kept = self.chance.randint(1, len(self.entries) - 1)
        await self._move_head(kept)
        return Expected(kept + 1, self.entries[kept]["_id"], (Wrong.STRAY,))

    def _gone(self, first: int, count: int) -> Expected:
        is_end = first + count > len(self.entries)
        return Expected(first, None, (Wrong.CUT_OFF,) if is_end else (Wrong.MISSING,))

    def _two(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return two entries, the earlier one first."""
        numbers = sorted(self.chance.sample(range(len(self.entries)), 2))
        return self.entries[numbers[0]], self.entries[numbers[1]]

    async def _swap(
        self, ones: dict[str, Any], others: dict[str, Any], one: dict[str, Any], other: dict[str, Any]
    ) -> Expected:
        await self.audit.update_one({"_id": one["_id"]}, {"$set": others})
        await self.audit.update_one({"_id": other["_id"]}, {"$set": ones})
        return Expected(number(one), other["_id"], (Wrong.CHANGED,))

    def _forged(self, place: int) -> dict[str, Any]:
        content = {name: value for name, value in self.pick().items() if name != "seal"} | {"_id": "forged"}
        previous = self.entries[place - 2]["seal"]["hash"] if place > 1 else "0" * 64
        made = seal(content, place, previous, {self.entries[0]["seal"]["key"]: THEIR_KEY})
        return content | {"seal": made.model_dump()}

    async def _move_head(self, to: int) -> None:
        """Make the head what it was after that many entries."""
        heads = self.database["audit_chains"]
        if not to:
            await heads.delete_one({"_id": self.house})
            return
        said = self.entries[to - 1]["seal"]
        await heads.update_one({"_id": self.house}, {"$set": {"number": to, "hash": said["hash"]}})

    def _other(self, value: Any) -> Any:
        """Return a value of another content or type."""
        candidates = (
            *(None, True, False, 0, 1, 7.5, "", "x", [], {}, ["x"], {"x": 1}, ObjectId(), b"x"),
            *(
                Int64(2**40),
                datetime(2026, 11, 21, tzinfo=UTC),
                str(value),
                f"{value}x",
                [value],
                {"$time": str(value)},
            ),
            *([value + timedelta(milliseconds=1)] if isinstance(value, datetime) else []),
            *([value + 1, -value, float(value)] if type(value) is int and value else []),
        )
        return self.chance.choice([one for one in candidates if (type(one), repr(one)) != (type(value), repr(value))])


Tamper = Callable[[Tamperer], Coroutine[Any, Any, Expected]]

TAMPERS: dict[str, Tamper] = {
    name: act
    for name, act in vars(Tamperer).items()
    if not name.startswith("_") and name not in ("audit", "pick") and callable(act)
}
"""All of them, by name."""


def number(entry: dict[str, Any]) -> int:
    return int(entry["seal"]["number"])


def _at(entry: dict[str, Any], name: str) -> Any:
    value: Any = entry
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
