"""No command that changes something is silent in the audit log: proved from the code, for every command there is.

A command must reach `ctx.record` through the functions that it calls. That it does so on every path is for the tests of
its subject.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import pytest

from handlers.alarms import end_alarm
from handlers.registry import FLOOR, Command, Registry
from server.commands import COMMAND_MODULES, DUTIES

READS = {"get", "list", "draft", "plan", "probe", "quote"}

SILENT = {
    "cart:add": "what is not sent yet is nobody's act",
    "cart:update": "as cart:add",
    "cart:remove": "as cart:add",
    "cart:clear": "as cart:add",
    "checkout:hold": "it ends by itself and changes nothing",
    "checkout:release": "as checkout:hold",
    "ticket:seen": "the ticket itself keeps who saw it and when",
    "sms:ack": "the message itself keeps what was said of it, by whom and when",
    "sms:status": "how a phone is changes by itself",
    "sms:pong": "it says that somebody lives, and changes nothing",
}
"""What is in the log by no entry of its own, and why."""

EACH = {one.run: one for _, one in Registry(COMMAND_MODULES).all()}
"""A name may be another command in another namespace."""

COMMANDS = {one.name: one for one in EACH.values()}
CHANGING = [one for one in EACH.values() if one.name.split(":")[1] not in READS]


def called(function: FunctionType) -> Iterator[Any]:
    """Every function that a function names, in its module or through a module that it imported."""
    names = inspect.getclosurevars(function).globals
    for node in ast.walk(ast.parse(inspect.getsource(function).lstrip())):
        if isinstance(node, ast.Name) and isinstance(names.get(node.id), FunctionType):
            yield names[node.id]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield getattr(names.get(node.value.id), node.attr, None)


def records(function: Callable[..., Any], seen: set[Any] | None = None) -> bool:
    """Whether `ctx.record` can be reached from a function of ours."""
    seen = seen if seen is not None else set()
    seen.add(function)
    if "ctx.record(" in inspect.getsource(function):
        return True
    ours = (
        one
        for one in called(function)  # type: ignore[arg-type]
        if isinstance(one, FunctionType)
        and one.__module__.startswith(("handlers.", "kitchen_display.", "sms_gateway."))
        # That an alarm is over follows from the act, and is no entry of it.
        and one is not end_alarm
    )
    return any(records(one, seen) for one in ours if one not in seen)


@pytest.mark.parametrize("command", CHANGING, ids=[f"{one.name} {one.namespaces[0]}" for one in CHANGING])
def test_a_command_that_changes_something_is_in_the_log(command: Command) -> None:
    assert records(command.run) == (command.name not in SILENT)


def test_nothing_that_does_not_exist_is_excused() -> None:
    assert set(SILENT) - {one.name for one in CHANGING} == set()


def test_what_is_excused_on_the_floor_is_not_written_down_when_it_is_refused() -> None:
    on_floor = {name for name in SILENT if FLOOR in COMMANDS[name].namespaces}
    assert {name for name in on_floor if COMMANDS[name].is_audited_in(FLOOR)} == set()


def test_what_the_house_does_by_itself_is_in_the_log() -> None:
    silent = {duty.name for duty in DUTIES if not records(duty.act)}
    expected = {"idleness", "activity", "payments", "messages", "summing"}
    assert silent == expected, "they mark or add up, and are nobody's act"
