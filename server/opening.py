"""The first start: a demonstration house is furnished if there is none, and one of its tables is open to be joined."""

from dataclasses import dataclass

from models.audit import AuditEntry
from models.base import Actor, Aggregate
from models.cart import Cart
from models.check import new_check
from models.dining import DiningOption
from models.house import Restaurant, Table
from models.menu import Menu
from models.participant import Seating
from models.pin import PIN_PURPOSE, KeyedHash
from models.principal import Role
from models.session import Mode, TableSession
from models.staff import STAFF_PIN_PURPOSE, pin_scope
from models.store import client as mongodb
from models.store.cache import Cache
from models.store.index import ensure_indexes
from models.store.outcome import Conflict
from models.store.work import Store, Work
from server.auth import Vault, hash_password
from server.clock import Clock
from server.config import Settings
from server.sealing import Safe
from server.seed import DemoHouse, StaffDraft, load_demo_house

HOUSE = Actor(kind="HOUSE", id="demonstration", name="Demonstration")
COVERS = 4
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person needs to begin: the log-ins, and a table that can be joined."""

    house: str
    staff: tuple[tuple[str, str, str], ...]
    """Name, log-in and password."""
    table: str
    table_token: str
    pin: str


async def furnish(settings: Settings, clock: Clock | None = None) -> Opening | None:
    """Write the demonstration house if the database has no house; open its first table with a new PIN.

    Returns None when the database belongs to another house: nothing is touched then.
    """
    clock = clock or Clock()
    demo = load_demo_house()
    client = mongodb.connect(str(settings.mongodb.url))
    try:
        await mongodb.require_replica_set(client)
        database = client[settings.mongodb.database]
        await ensure_indexes(database)
        store = Store(database, Cache(1_000), clock.monotonic)
        peppers = {key.id: key.key.get_secret_value().encode() for key in reversed(settings.secrets.peppers)}
        vault = Vault(peppers, [], Safe.of(settings.secrets, clock.nonce), clock.now)
        work = store.begin("", clock.monotonic() + SECONDS)
        known = await work.first(Restaurant)
        if known is None:
            known = await write_house(store, clock, demo, vault=vault)
        elif known.name != demo.restaurant.name:
            return None
        table, pin = await _open_table(store, clock, vault, known)
    finally:
        await client.close()
    staff = tuple((_title(person.name, person.roles), person.login, person.password) for person in demo.staff)
    return Opening(house=known.name, staff=staff, table=table.name, table_token=table.token, pin=pin)


async def write_house(
    store: Store, clock: Clock, demo: DemoHouse, password_hash: str | None = None, vault: Vault | None = None
) -> Restaurant:
    """Store a new house with everything in it, all or nothing; tests pass one hash for all its staff.

    Without a vault nobody has a PIN.
    """
    furnished = demo.furnish(clock.new_id, clock.token)
    work = store.begin(furnished.restaurant.id, clock.monotonic() + SECONDS)
    staff = [
        person.hired(password_hash or hash_password(person.password), _pin(vault, person)) for person in furnished.staff
    ]
    everything: tuple[Aggregate, ...] = (
        furnished.restaurant,
        furnished.menu,
        *furnished.stations,
        *furnished.tables,
        *staff,
        *((furnished.plan,) if furnished.plan else ()),
    )
    for one in everything:
        work.add(one)
    await work.commit()
    return furnished.restaurant


def _pin(vault: Vault | None, person: StaffDraft) -> KeyedHash | None:
    scope = pin_scope(person.restaurant_id, person.id)
    return vault.keyed_hash(STAFF_PIN_PURPOSE, scope, person.pin) if vault else None


async def _open_table(store: Store, clock: Clock, vault: Vault, house: Restaurant) -> tuple[Table, str]:
    """Have the first table open under a PIN that is known from now on: of the last one only a hash is kept."""
    while True:
        work = store.begin(house.id, clock.monotonic() + SECONDS)
        try:
            return await _try_to_open(work, clock, vault, house)
        except Conflict:
            work.forget()


async def _try_to_open(work: Work, clock: Clock, vault: Vault, house: Restaurant) -> tuple[Table, str]:
    table = min(await work.members(Table, "house", house.id), key=lambda one: one.position)
    pin, now = clock.pin(), clock.now()
    running = await work.members(TableSession, "table", table.id)
    if running:
        session = running[0]
        work.save(session.with_pin(vault.keyed_hash(PIN_PURPOSE, session.id, pin), HOUSE, now))
        act = "pin-rotated"
    else:
        session_id = clock.new_id()
        session = TableSession(
            id=session_id,
            restaurant_id=house.id,
            table_id=table.id,
            table_name=table.name,
            mode=Mode.FAMILY,
            covers=COVERS,
            pin=vault.keyed_hash(PIN_PURPOSE, session_id, pin),
            seatings=(Seating(table_id=table.id, table_name=table.name, since=now),),
            opened_at=now,
            opened_by=HOUSE,
        )
        work.add(session)
        work.add(Cart(id=clock.new_id(), restaurant_id=house.id, session_id=session.id, currency=house.currency))
        terms = (await work.members(Menu, "house", house.id))[0].pricing.terms(DiningOption.DINE_IN)
        work.add(new_check(clock.new_id(), house.id, session.id, house.currency, covers=COVERS, terms=terms, now=now))
        act = "session-opened"
    work.add(AuditEntry(id=clock.new_id(), restaurant_id=house.id, at=now, act=act, actor=HOUSE, session_id=session.id))
    await work.commit()
    return table, pin


def _title(name: str, roles: tuple[Role, ...]) -> str:
    return f"{name}, {', '.join(role.lower() for role in roles)}"
