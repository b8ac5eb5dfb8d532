"""Promise G18: every command, every role, another table's ids and another house's: nothing happens to what is theirs,
no byte of it is heard, and what exists is answered as what does not.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from comanda_client import Refused
from engine.raw import hang_up
from integration.company import Company
from integration.house import PASSWORD
from integration.misuse import fields
from integration.neighbourhood import ROLES, Neighbourhood, allowed, serving, settle

from handlers.registry import CHECKOUT, TABLE, Command, Registry
from models.principal import Role
from server.commands import COMMAND_MODULES

EVERY_COMMAND = Registry(COMMAND_MODULES).all()
NO_SUCH = "06aaaaaaaaaaaaaaaaaaaaaa"
"""Made like an id, and nobody's."""

WRONG_LOG_INS = {
    ("/floor", "staff:login"): {"login": "ana", "password": "wrong"},
    ("/kitchen", "staff:login"): {"login": "radu", "password": "wrong"},
}
"""With the right password another house would rightly open; a second wrong one has to wait."""

every_command = pytest.mark.parametrize(
    ("namespace", "command"), EVERY_COMMAND, ids=[f"{namespace} {one.name}" for namespace, one in EVERY_COMMAND]
)


@pytest.fixture(scope="module")
async def around(mongo_url: str, redis_url: str) -> AsyncIterator[Neighbourhood]:
    """One neighbourhood for the whole module."""
    async with serving(mongo_url, redis_url) as served:
        neighbourhood = await settle(*served)
        yield neighbourhood
        await neighbourhood.close()


@pytest.fixture(autouse=True)
async def nobody_stays(around: Neighbourhood) -> AsyncIterator[None]:
    """End what a failed test left behind."""
    yield
    await hang_up()


def others(around: Neighbourhood, namespace: str) -> list[Company]:
    """Return who is none of one's business: at a table and at home everybody else, to the staff only other houses."""
    return [around.neighbours, around.strangers] if namespace in (TABLE, CHECKOUT) else [around.strangers]


def with_foreign_id(example: dict[str, Any], name: str, foreign: str) -> str:
    """Return the example with someone else's id in one field, in the shape that the field has."""
    shapes = {
        "ticketIds": [foreign],
        "tableIds": [foreign],
        "lineIds": [foreign],
        "have": {foreign: 0},
        "modifiers": [foreign],
    }
    return json.dumps(example | {name: shapes.get(name, foreign)})


def id_fields(command: Command, namespace: str) -> list[str]:
    """Return the fields that name something."""
    return [name for name in fields(command, namespace) if name.endswith(("Id", "Ids")) and name != "opId"] + [
        name for name in fields(command, namespace) if name in ("have", "modifiers")
    ]


async def ask(around: Neighbourhood, role: Role, namespace: str, name: str, payload: str) -> tuple[str, list[str]]:
    """Send a command as someone; return its answer and all that was heard."""
    attacker = await around.enter(role, namespace)
    answer = await attacker.ask(name, payload)
    await attacker.leave()
    return json.dumps(answer, ensure_ascii=False), attacker.received


@every_command
async def test_an_id_of_someone_else_is_answered_as_one_that_does_not_exist(
    around: Neighbourhood, namespace: str, command: Command
) -> None:
    role = allowed(command, namespace)
    async with around.unchanged():
        for name in id_fields(command, namespace):
            example = around.example(command, namespace) | WRONG_LOG_INS.get((namespace, command.name), {})
            unknown, _ = await ask(around, role, namespace, command.name, with_foreign_id(example, name, NO_SUCH))
            for company in others(around, namespace):
                for foreign in company.names_of_things:
                    answer, heard = await ask(
                        around, role, namespace, command.name, with_foreign_id(example, name, foreign)
                    )
                    assert answer.replace(foreign, NO_SUCH) == unknown, (name, foreign)
                    require_nothing_heard(company, heard, but=foreign)


@every_command
async def test_a_role_that_may_not_hears_nothing_of_anybody(
    around: Neighbourhood, namespace: str, command: Command
) -> None:
    async with around.unchanged():
        for role in set(ROLES[namespace]) - command.roles:
            for company in (around.neighbours, around.strangers):
                payload = json.dumps(around.example(command, namespace) | company.ids_in(command, namespace))
                answer, heard = await ask(around, role, namespace, command.name, payload)
                assert json.loads(answer)["error"]["details"] == {}
                if role in (Role.STRANGER, Role.VISITOR, Role.CHEF) or company is around.strangers:
                    require_nothing_heard(company, heard)


async def test_who_reads_everything_there_is_hears_nothing_of_others(around: Neighbourhood) -> None:
    reads = {"sync:get": "{}", "order:list": "{}", "menu:get": "{}", "board:get": "{}", "ticket:list": "{}"}
    for namespace, roles in ROLES.items():
        for role in roles:
            attacker = await around.enter(role, namespace)
            for name, payload in reads.items():
                named = {"sessionId": around.ours.party.id} if (namespace, name) == ("/floor", "order:list") else {}
                await attacker.ask(name, json.dumps(json.loads(payload) | named))
            await attacker.leave()
            for company in others(around, namespace):
                require_nothing_heard(company, attacker.received)


async def test_a_guest_hears_nothing_of_what_others_do_meanwhile(around: Neighbourhood) -> None:
    guest = await around.enter(Role.GUEST, TABLE)
    for company in (around.neighbours, around.strangers):
        await company.phone.operate(
            "cart:add", {"itemId": company.ids["itemId"], "quantity": 1, "note": company.ids["guestNote"]}
        )
    await around.ours.phone.operate("cart:add", {"itemId": around.ours.ids["itemId"], "quantity": 1})
    await guest.hear("cart:changed")
    await guest.leave()
    for company in (around.neighbours, around.strangers):
        require_nothing_heard(company, guest.received)


async def test_one_log_in_name_in_two_houses_is_two_people(around: Neighbourhood) -> None:
    ours, theirs = around.ours.house, around.strangers.house
    answers = {}
    for house in (ours, theirs):
        door = await house.connect("/floor")
        credentials = {"login": "ana", "password": PASSWORD, "restaurantId": house.restaurant.id}
        answers[house.restaurant.id] = await door.send("staff:login", credentials)
    assert {house: answer["restaurantId"] for house, answer in answers.items()} == {one: one for one in answers}
    assert len({answer["staff"]["id"] for answer in answers.values()}) == 2


async def test_a_token_of_another_house_opens_that_house_only(around: Neighbourhood) -> None:
    door = await around.strangers.house.connect("/floor")
    credentials = {"login": "ana", "password": PASSWORD, "restaurantId": around.strangers.house.restaurant.id}
    token = (await door.send("staff:login", credentials))["accessToken"]
    foreigner = await around.strangers.house.connect("/floor", {"accessToken": token})
    with pytest.raises(Refused, match="NOT_FOUND"):
        await foreigner.send("session:close", {"sessionId": around.ours.party.id, "reason": "mine"})


def require_nothing_heard(company: Company, heard: list[str], but: str = "") -> None:
    """Require that no byte that was received is a secret of someone; `but` is what the asker itself has sent."""
    received = "\n".join(heard)
    assert [secret for secret in company.secrets if secret != but and secret in received] == []
