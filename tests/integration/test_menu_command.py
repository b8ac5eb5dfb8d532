"""`comanda menu` as a restaurant owner runs it: a process of its own, beside a database that servers use."""

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from integration.house import House
from integration.test_command_line import comanda, serving
from pymongo.asynchronous.database import AsyncDatabase

from models.store.cache import Cache
from models.store.client import connect
from models.store.index import ensure_indexes
from models.store.work import Store
from server.auth import hash_password
from server.clock import Clock
from server.opening import write_house
from server.seed import DEMO_HOUSE, load_demo_house

DATABASE = "menu_command"
FILES = [str(DEMO_HOUSE / f"{name}.yaml") for name in ("pricing", "modifier_groups", "food", "drinks")]

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    """A database with one house."""
    client, clock = connect(mongo_url), Clock()
    await client.drop_database(DATABASE)
    await ensure_indexes(client[DATABASE])
    store = Store(client[DATABASE], Cache(1_000), clock.monotonic)
    await write_house(store, clock, load_demo_house(), hash_password("of nobody", 4))
    yield client[DATABASE]
    await client.drop_database(DATABASE)
    await client.close()


@pytest.fixture
def run(tmp_path: Path, mongo_url: str) -> Any:
    """Run `comanda menu …` on the database."""

    def run(*words: str) -> Ran:
        return comanda(tmp_path, "menu", *words, COMANDA_MONGODB__URL=mongo_url, COMANDA_MONGODB__DATABASE=DATABASE)

    return run


def edited(folder: Path, run: Any, old: str, new: str) -> str:
    """Take the menu out, change one thing in it, and return the file."""
    file = folder / "menu.yaml"
    assert run("export", "--output", str(file)).returncode == 0
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return str(file)


async def menu_of(database: AsyncDatabase[dict[str, Any]]) -> dict[str, Any]:
    return await database["menus"].find_one({}) or {}


async def price_of(database: AsyncDatabase[dict[str, Any]], dish_id: str) -> int:
    menu = await menu_of(database)
    return int(next(dish["price"] for dish in menu["dishes"] if dish["id"] == dish_id))


async def test_a_menu_that_is_right_is_said_to_be(run: Any, database: AsyncDatabase[dict[str, Any]]) -> None:
    ended = run("check", *FILES)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "Nothing is wrong: 102 dishes under 17 headings, 25 modifier groups.\n"


async def test_every_mistake_is_one_line_with_its_path_first(
    tmp_path: Path, run: Any, database: AsyncDatabase[dict[str, Any]]
) -> None:
    file = edited(
        tmp_path, run, "price: 24.00 RON\n        prep_minutes: 4\n        allergens: [GLUTEN]", "price: 24 EUR"
    )
    text = Path(file).read_text(encoding="utf-8").replace("stations: [pizza]", "stations: [smoker]", 1)
    Path(file).write_text(text, encoding="utf-8")
    ended = run("check", file)
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    assert lines[0] == "dishes.zacusca.price: a price in EUR"
    assert lines[1:] == ["dishes.bruschete.stations: there is no station smoker"]


def test_files_that_say_what_their_house_is_are_checked_without_a_database(tmp_path: Path) -> None:
    ended = comanda(
        tmp_path, "menu", "check", *FILES, str(DEMO_HOUSE / "house.yaml"), COMANDA_MONGODB__URL="mongodb://nowhere/"
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_broken_yaml_is_named_by_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "menu.yaml"
    file.write_text("stations: [{code: grill}]\ncurrency: RON\nlanguages: [ro\n")
    ended = comanda(tmp_path, "menu", "check", str(file), str(DEMO_HOUSE / "house.yaml"))
    assert ended.returncode == 1
    assert ended.stdout.startswith(f"{file}:4:1: cannot be read: ")


async def test_what_is_exported_is_imported_as_it_was(
    tmp_path: Path, run: Any, database: AsyncDatabase[dict[str, Any]]
) -> None:
    before, file = await menu_of(database), tmp_path / "menu.yaml"
    file.write_text(run("export").stdout, encoding="utf-8")
    ended = run("import", str(file), "--publish")
    assert (ended.returncode, ended.stdout) == (
        0,
        "This is the menu of Casa cu Nuc already; nothing was changed.\n",
    )
    assert await menu_of(database) == before


async def test_an_imported_menu_is_published_with_an_entry_in_the_log(
    tmp_path: Path, run: Any, database: AsyncDatabase[dict[str, Any]]
) -> None:
    file = edited(tmp_path, run, "24.00 RON\n        prep_minutes: 4\n        allergens: [GLUTEN]", "25.50 RON")
    ended = run("import", file, "--publish")
    assert (ended.returncode, ended.stdout) == (0, "Published as version 2 of the menu of Casa cu Nuc.\n")
    assert await price_of(database, "zacusca") == 2550
    entry = await database["audit"].find_one({"act": "menu-published"}) or {}
    assert (entry["actor"]["name"], entry["before"]["dishes/zacusca/price"]) == ("Command line", 2400)


async def test_an_imported_menu_is_a_draft_first_and_does_not_replace_another(
    tmp_path: Path, run: Any, database: AsyncDatabase[dict[str, Any]]
) -> None:
    file = edited(tmp_path, run, "139.00 RON", "141.00 RON")
    assert run("export", "--draft").returncode == 1
    assert run("import", file).returncode == 0
    assert await price_of(database, "antricot") == 13_900
    assert "price: 141.00 RON" in run("export", "--draft").stdout
    again = run("import", file)
    assert again.returncode == 1
    assert (
        again.stdout == "Command line has begun a draft. Publish or discard it first, or replace it with --replace.\n"
    )
    assert run("import", file, "--replace").returncode == 0


async def test_a_menu_with_a_mistake_is_not_imported(
    tmp_path: Path, run: Any, database: AsyncDatabase[dict[str, Any]]
) -> None:
    before = await menu_of(database)
    ended = run("import", edited(tmp_path, run, "139.00 RON", "13900"), "--publish")
    assert (ended.returncode, ended.stdout.split(":")[0]) == (1, "dishes.antricot.price")
    assert await menu_of(database) == before


async def test_a_house_has_to_be_named_where_there_are_several(
    run: Any, database: AsyncDatabase[dict[str, Any]]
) -> None:
    house = await database["restaurants"].find_one({}) or {}
    await database["restaurants"].insert_one(house | {"_id": "another", "restaurant_id": "another"})
    ended = run("export")
    assert (ended.returncode, ended.stdout) == (os.EX_CONFIG, "")
    assert "name one with --restaurant" in ended.stderr
    assert run("export", "--restaurant", house["_id"]).returncode == 0


async def test_a_running_server_tells_its_phones_of_what_was_imported(
    house: House, tmp_path: Path, mongo_url: str
) -> None:
    waiter = await house.waiter()
    name = house.apps[0].store.database.name
    options = {"COMANDA_MONGODB__URL": mongo_url, "COMANDA_MONGODB__DATABASE": name}
    which = ("--restaurant", house.restaurant.id)
    text = comanda(tmp_path, "menu", "export", *which, **options).stdout
    (tmp_path / "menu.yaml").write_text(text.replace("139.00 RON", "141.00 RON"), encoding="utf-8")
    ended = comanda(tmp_path, "menu", "import", str(tmp_path / "menu.yaml"), "--publish", *which, **options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    await waiter.until(lambda state: any(one["version"] == 2 for one in state.of("menu")))


def test_the_database_of_a_running_server_is_found(tmp_path: Path) -> None:
    with serving(tmp_path):
        ended = comanda(tmp_path, "menu", "export")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.startswith("# Menu of Casa cu Nuc, version 1.\n")
