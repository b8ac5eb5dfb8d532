"""A server that is killed or stands still can say nothing of its screens any more: another one takes them out, and one
that goes on has them counted again.
"""

import os
import time
from pathlib import Path

import pytest
from comanda_client import Connection, State
from fault.installation import running
from fault.premises import furnish

PROVE = bool(os.environ.get("PROVE"))

DARK_SECONDS = 30.0
"""At most 10 s until another server may do what the killed one had to, about 10 until it counts as dead, and a margin
for a busy machine.
"""

pytestmark = pytest.mark.timeout(0 if PROVE else 120)


def screens(state: State) -> int:
    """Return how many screens the grill is shown with."""
    return next((int(one["screens"]) for one in state.of("station") if one["code"] == "grill"), 0)


async def test_a_killed_and_a_frozen_server_have_no_screens_until_one_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path, servers=3) as installation:
        premises = await furnish(installation.mongod.url, installation.addresses)
        killed, frozen, surviving = installation.servers
        cooks, boss = {"accessToken": await premises.token("CHEF")}, {"accessToken": await premises.token("MANAGER")}
        floor = await Connection([surviving.address], "/floor", boss).open()
        shown = [await Connection([one.address], "/kitchen", cooks).open() for one in (killed, frozen)]
        await floor.until(lambda state: screens(state) == 2)
        killed.kill()
        frozen.freeze()
        began = time.monotonic()
        await floor.until(lambda state: screens(state) == 0, DARK_SECONDS)
        print(f"\nred {time.monotonic() - began:.1f} s after the kill")
        frozen.thaw()
        await floor.until(lambda state: screens(state) == 1, 10)
        for client in (floor, *shown):
            await client.close()
        assert surviving.surprises == []
