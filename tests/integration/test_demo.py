"""The demo plays a whole dinner on a real server, in a terminal and without one; the database is the judge."""

import asyncio
from io import StringIO
from typing import Any

import pytest
from integration.house import free_socket, settings_for
from rich.console import Console

from server.app import App
from server.auth import hash_password
from server.clock import Clock
from server.daemon import StartFailed
from server.demo import play
from server.opening import furnish, write_house
from server.seed import load_demo_house


class Performance:
    """One play, with what it wrote and what it left in the database."""

    def __init__(self, output: str, documents: dict[str, list[dict[str, Any]]]) -> None:
        self.output = output
        self.documents = documents

    def __getattr__(self, collection: str) -> list[dict[str, Any]]:
        return self.documents[collection]


async def perform(mongo_url: str, redis_url: str, database: str, console: Console) -> dict[str, list[dict[str, Any]]]:
    """Play at a server that has what a first start gives it; return the documents afterwards."""
    settings = settings_for(mongo_url, redis_url, database)
    await furnish(settings)
    app = App(settings)
    try:
        port = await app.start(free_socket())
        await asyncio.to_thread(play, f"http://127.0.0.1:{port}", 0, console)
        names = ("table_sessions", "carts", "orders", "tickets", "checks", "audit", "tables")
        return {name: await app.database[name].find({}).to_list() for name in names}
    finally:
        await app.stop()


@pytest.fixture(scope="module")
async def played(mongo_url: str, redis_url: str) -> Performance:
    """A play whose output goes to a file."""
    output = StringIO()
    documents = await perform(mongo_url, redis_url, "demo-plain", Console(file=output, width=120))
    return Performance(output.getvalue(), documents)


@pytest.fixture
def party(played: Performance) -> dict[str, Any]:
    """The session that the demo opened: the one that has participants."""
    (found,) = (one for one in played.table_sessions if one["participants"])
    return found


async def test_two_rounds_are_placed_once_each(played: Performance, party: dict[str, Any]) -> None:
    orders = sorted(played.orders, key=lambda one: one["number"])
    assert [(one["session_id"], one["round"], len(one["lines"])) for one in orders] == [
        (party["_id"], 1, 4),
        (party["_id"], 2, 1),
    ]


async def test_the_change_that_the_other_phone_made_is_what_was_ordered(played: Performance) -> None:
    steak = next(line for order in played.orders for line in order["lines"] if line["item_id"] == "antricot")
    assert [one["id"] for one in steak["modifiers"]] == ["medium", "side-mash", "sauce-pepper"]
    assert steak["note"] == "no salt, please"


async def test_every_ticket_is_bumped_at_the_table_the_party_moved_to(
    played: Performance, party: dict[str, Any]
) -> None:
    assert sorted(one["station"] for one in played.tickets) == ["bar", "cold", "grill", "grill", "pizza"]
    assert {(one["status"], one["table_name"]) for one in played.tickets} == {("BUMPED", party["table_name"])}


async def test_every_dish_is_ready_in_the_end(played: Performance) -> None:
    assert {line["status"] for order in played.orders for line in order["lines"]} == {"READY"}


async def test_the_session_was_moved_and_closed_by_the_manager(played: Performance, party: dict[str, Any]) -> None:
    assert len({seating["table_id"] for seating in party["seatings"]}) == 2
    assert party["status"] == "CLOSED"
    closing = next(one for one in played.audit if one["act"] == "session-closed")
    assert closing["actor"]["name"] == "Elena Marin"
    assert closing["details"]["reason"]


async def test_no_table_is_left_open_but_the_one_that_the_house_opened(played: Performance) -> None:
    assert [one["participants"] for one in played.table_sessions if one["status"] == "OPEN"] == [[]]


async def test_without_a_terminal_it_writes_one_plain_line_for_each_act_and_a_summary(played: Performance) -> None:
    assert "\x1b" not in played.output
    lines = played.output.splitlines()
    assert sum(" ms  " in line for line in lines) >= 25
    assert "each placed once" in played.output
    assert "median" in lines[-3]


@pytest.fixture(scope="module")
async def drawn(mongo_url: str, redis_url: str) -> str:
    """What a terminal is sent."""
    output = StringIO()
    await perform(mongo_url, redis_url, "demo-drawn", Console(file=output, force_terminal=True, width=140, height=42))
    return output.getvalue()


@pytest.mark.parametrize(
    "sight", ["Ana's phone", "Ion's phone", "our cart", "Kitchen", "Floor", "Terasă", "no connection", "is checking"]
)
async def test_a_terminal_shows(drawn: str, sight: str) -> None:
    assert sight in drawn


async def test_an_address_where_nobody_answers_is_said_in_one_sentence() -> None:
    with free_socket() as taken, pytest.raises(StartFailed, match="No server answers"):
        await asyncio.to_thread(play, f"http://127.0.0.1:{taken.getsockname()[1]}", 0, Console(file=StringIO()))


async def test_another_house_is_left_alone(mongo_url: str, redis_url: str) -> None:
    app = App(settings_for(mongo_url, redis_url, "demo-other"))
    try:
        port = await app.start(free_socket())
        await write_house(app.store, Clock(), load_demo_house(), hash_password("of their own", rounds=4))
        with pytest.raises(StartFailed, match="no demonstration house"):
            await asyncio.to_thread(play, f"http://127.0.0.1:{port}", 0, Console(file=StringIO()))
        assert await app.database["table_sessions"].count_documents({}) == 0
    finally:
        await app.stop()
