"""A person none of whose words is like any other, the search for these words, and all that a house keeps or shows."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import bson
from integration.house import House
from redis.asyncio import Redis

EMPTY = b"\0" * 4_096

LETTERS = "bcdfghjklmnpqrstvwxz"


def word(length: int = 12) -> str:
    """Return a word that nobody has written before."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


@dataclass
class Canary:
    """A person none of whose words is anywhere else. `code` and `tokens` come while they go their way."""

    phone: str = field(default_factory=lambda: f"+40722{secrets.randbelow(10**6):06d}")
    other_phone: str = field(default_factory=lambda: f"+40733{secrets.randbelow(10**6):06d}")
    name: str = field(default_factory=lambda: f"Ștefan {word().capitalize()}")
    street: str = field(default_factory=lambda: f"Strada {word()} 7")
    notes: str = field(default_factory=lambda: f"interfon {word()}")
    wrong: str = field(default_factory=word)
    """Stands in whatever is refused."""
    codes: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    @property
    def address(self) -> dict[str, str]:
        return {
            "street": self.street,
            "city": "București",
            "county": "București",
            "postal_code": "030167",
            "notes": self.notes,
        }

    @property
    def words(self) -> dict[str, str]:
        """What is searched for, by what it is."""
        return {
            "phone": self.phone[3:],
            "other phone": self.other_phone[3:],
            "name": self.name.split()[1],
            "street": self.street.split()[1],
            "notes": self.notes.split()[1],
            "wrong": self.wrong,
            **{f"token {number}": one for number, one in enumerate(self.tokens)},
        }


def disguises(what: str, text: str) -> Iterator[bytes]:
    """A text as it is and in the disguises that are none: base64 at each offset, hex, and plain hashes of a number."""
    plain = text.encode()
    yield plain
    yield plain.hex().encode()
    for offset in range(3):
        # The first and the last character may depend on what stands around it.
        first, last = -(-offset * 8 // 6), (offset + len(plain)) * 8 // 6
        yield base64.b64encode(b"\0" * offset + plain)[first:last]
    if "phone" in what:
        for form in (f"+40{text}", f"40{text}", f"0{text}", text):
            for kind in ("md5", "sha1", "sha256"):
                digest = hashlib.new(kind, form.encode())
                yield from (digest.digest(), digest.hexdigest().encode())


class Search:
    """Looks for a person's words in whatever it is shown."""

    def __init__(self, canary: Canary) -> None:
        found = [(what, one) for what, text in canary.words.items() for one in disguises(what, text)]
        self._forms = {one.lower(): what for what, one in found}
        self._code = re.compile(rf"(?<![0-9A-Za-z.])(?:{'|'.join(canary.codes)})(?![0-9A-Za-z])".encode())

    def finds(self, data: bytes) -> set[str]:
        """Return what of the person is in some bytes, letters large or small."""
        small = data.lower()
        found = {what for form, what in self._forms.items() if form in small}
        return found | ({"code"} if self._code.search(data) else set())


async def dumped(house: House) -> bytes:
    """All documents of the database, as BSON."""
    database, dump = house.apps[0].database, []
    for name in await database.list_collection_names():
        dump += [bson.encode(one) async for one in database[name].find({})]
    return b"".join(dump)


async def files(house: House, since: float) -> bytes:
    """The files of the database that were written since a moment, after it has written everything into them; none
    where it is another machine's.
    """
    admin = house.apps[0].client.admin
    await admin.command("fsync")
    options = await admin.command("getCmdLineOpts")
    folder = Path(options["parsed"].get("storage", {}).get("dbPath", "/nowhere"))
    written = [one for one in folder.rglob("*") if one.is_file() and one.stat().st_mtime >= since]
    # Most of a journal is not written yet.
    return b"\n".join(one.read_bytes().replace(EMPTY, b"") for one in written)


async def cached(redis_url: str) -> bytes:
    """All keys and values of Redis."""
    redis, found = Redis.from_url(redis_url), []
    async for name in redis.scan_iter("*"):
        found += [name, await redis.dump(name) or b"", repr(await redis.object("encoding", name)).encode()]
        if await redis.type(name) == b"string":
            found.append(await redis.get(name) or b"")
    await redis.aclose()
    return b"\n".join(found)


async def metrics(house: House) -> bytes:
    """What every server shows operators."""
    found = []
    async with aiohttp.ClientSession() as session:
        for address in house.installation.addresses:
            async with session.get(f"{address}/metrics") as answer:
                assert answer.status == 200
                found.append(await answer.read())
    return b"\n".join(found)


def decoded(token: str) -> bytes:
    """What stands in a token for whoever takes it apart."""
    parts = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]
    return b"\n".join(parts)
