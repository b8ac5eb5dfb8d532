"""What tests about people and devices share: hiring, logging in on a connection, and waiting for it to be closed."""

import asyncio
from collections.abc import Callable
from typing import Any

from comanda_client import Connection
from integration.house import PASSWORD, House

from models.alarm import Alarm
from models.audit import AuditEntry
from models.base import Aggregate
from models.staff import StaffSession

CLOSED_SECONDS = 2.0
"""Promise G19: a live socket of someone who was revoked is closed in this time."""

PIN = "4862"


async def manager(house: House) -> Connection:
    """The manager on the floor."""
    return await house.staff(house.login_of("MANAGER"))


async def hire(house: House, by: Connection, login: str = "dana", **fields: Any) -> dict[str, Any]:
    """Hire someone, a waiter unless told otherwise; returns them as managers see them."""
    asked = {"login": login, "name": login.title(), "roles": ["WAITER"], "password": PASSWORD, "pin": PIN}
    return dict((await by.operate("staff:add", asked | fields))["staff"])


def credentials(house: House, login: str, **proof: str) -> dict[str, str]:
    """Return what someone types to log in: the password of all tests unless another proof is given."""
    return {"login": login, "restaurantId": house.restaurant.id, **(proof or {"password": PASSWORD})}


async def log_in(house: House, login: str, namespace: str = "/floor") -> tuple[Connection, dict[str, Any]]:
    """Log someone in on a new connection; returns it and the answer."""
    door = await house.connect(namespace)
    return door, await door.send("staff:login", credentials(house, login))


async def enrol(
    house: House, by: Connection, namespace: str = "/floor", **fields: Any
) -> tuple[Connection, dict[str, Any]]:
    """Enrol and pair a device on a new connection; returns it and the answer to its code."""
    kind = "TABLET" if namespace == "/floor" else "SCREEN"
    enrolled = await by.operate("device:enrol", {"kind": kind, "name": f"{kind} 1"} | fields)
    device = await house.connect(namespace)
    return device, await device.send("device:pair", {"code": enrolled["code"]})


async def until_closed(client: Connection, seconds: float = CLOSED_SECONDS) -> None:
    """Wait until the server has closed a connection; raises `TimeoutError`."""
    await asyncio.wait_for(client.lost(), seconds)


async def until_true(is_true: Callable[[], bool], seconds: float = 3.0) -> None:
    """Wait until something that is not heard of holds; raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not is_true():  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.01)


async def stored(house: House, model: type[Aggregate], **fields: Any) -> list[dict[str, Any]]:
    """Return documents of the house as the database has them, oldest first."""
    found = house.apps[0].store.collection(model).find({"restaurant_id": house.restaurant.id, **fields})
    return await found.sort("_id", 1).to_list()


async def entries(house: House, act: str) -> list[dict[str, Any]]:
    """Return the audit entries of an act."""
    return await stored(house, AuditEntry, act=act)


async def alarms(house: House) -> list[str]:
    """Return the kinds of the open alarms."""
    return [one["kind"] for one in await stored(house, Alarm, status="OPEN")]


async def log_ins(house: House, staff_id: str) -> list[dict[str, Any]]:
    """Return the log-ins of a person that still count."""
    return await stored(house, StaffSession, staff_id=staff_id, ended_at=None)
