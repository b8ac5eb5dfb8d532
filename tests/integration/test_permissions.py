"""The table of permissions in docs is the specification: every cell is compared with the code and tried on a socket."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from engine.raw import hang_up
from integration.neighbourhood import ROLES, Neighbourhood, access_token, serving, settle

from handlers.registry import Command, Registry
from models.principal import STAFF, Role
from server.commands import COMMAND_MODULES

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
REGISTRY = Registry(COMMAND_MODULES)

LAST = ("session:leave", "session:join", "staff:login", "staff:refresh", "staff:change-password", "staff:logout")
"""After these the connection may be someone else."""

FORGOTTEN_SECONDS = 1_000
"""After this the wrong passwords that were tried count no more."""

Table = dict[str, dict[Role, bool]]
"""Whether a role may send a command, by its name."""


def read() -> dict[str, Table]:
    """Return the tables of the page by namespace; fails for a cell that is neither `yes` nor `-`."""
    tables: dict[str, Table] = {}
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, *lines = section.splitlines()
        (namespace,) = re.findall(r"\(`(/\w+)`\)", title)
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
        roles = [Role(name) for name in rows[0][1:]]
        tables[namespace] = {}
        for name, *cells in rows[2:]:
            assert name.strip("`") not in tables[namespace], name
            assert len(cells) == len(roles), name
            assert set(cells) <= {"yes", "-"}, name
            tables[namespace][name.strip("`")] = {role: cell == "yes" for role, cell in zip(roles, cells, strict=True)}
    return tables


TABLES = read()
CELLS = [(namespace, role) for namespace, roles in ROLES.items() for role in roles]
each_role = pytest.mark.parametrize(("namespace", "role"), CELLS, ids=[f"{path} {role}" for path, role in CELLS])


@pytest.fixture(scope="module")
async def around(mongo_url: str, redis_url: str) -> AsyncIterator[Neighbourhood]:
    """One neighbourhood in which anything may change."""
    async with serving(mongo_url, redis_url) as served:
        neighbourhood = await settle(*served)
        yield neighbourhood
        await neighbourhood.close()


@pytest.fixture(autouse=True)
async def nobody_stays() -> AsyncIterator[None]:
    """End what a failed test left behind."""
    yield
    await hang_up()


def test_the_table_has_every_command_and_no_other() -> None:
    listed = {(namespace, name) for namespace, table in TABLES.items() for name in table}
    assert listed == {(namespace, command.name) for namespace, command in REGISTRY.all()}


def test_the_table_has_everyone_who_can_be_in_a_namespace() -> None:
    listed = {namespace: {role for row in table.values() for role in row} for namespace, table in TABLES.items()}
    assert listed == {namespace: set(roles) for namespace, roles in ROLES.items()}


def test_every_cell_is_what_the_code_declares() -> None:
    differing = [
        (namespace, name, role)
        for namespace, table in TABLES.items()
        for name, row in table.items()
        for role, may in row.items()
        if may != (role in _command(namespace, name).roles)
    ]
    assert differing == []


def test_only_managers_have_people_devices_and_the_log() -> None:
    managed = {
        name: row
        for name, row in TABLES["/floor"].items()
        if re.match(r"staff:(add|change|revoke)$|device:(e|r)|audit", name)
    }
    assert len(managed) == 6
    assert {role for row in managed.values() for role, may in row.items() if may} == {Role.MANAGER}


@each_role
async def test_every_cell_holds_on_a_socket(around: Neighbourhood, namespace: str, role: Role) -> None:
    table = TABLES[namespace]
    wrong = []
    if role in STAFF:
        around.ours.house.clock.advance(seconds=FORGOTTEN_SECONDS)
        around.tokens[role] = await access_token(around.ours.house, role)
    around.ours.caller.renew()
    attacker = await around.enter(role, namespace)
    for name in sorted(table, key=lambda one: (one in LAST, LAST.index(one) if one in LAST else 0, one)):
        answer = await attacker.ask(name, json.dumps(_payload(around, namespace, name)))
        code = "" if answer["success"] else answer["error"]["code"]
        if table[name][role] == (code in ("FORBIDDEN", "UNAUTHENTICATED")):
            wrong.append((name, code))
    await attacker.leave()
    assert wrong == []


def _command(namespace: str, name: str) -> Command:
    found = REGISTRY.get(namespace, name)
    assert found is not None
    return found


def _payload(around: Neighbourhood, namespace: str, name: str) -> dict[str, object]:
    """Return a payload that reaches the use case, but for those that would make the connection someone else."""
    example = around.example(_command(namespace, name), namespace)
    return example | {"password": "not this one"} if name in LAST and "password" in example else example
