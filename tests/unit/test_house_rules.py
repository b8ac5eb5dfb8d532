"""House rules that no ready-made linter knows. Each was somebody's bad evening before it was a rule."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from models.money import Money
from models.ticket import Ticket

ROOT = Path(__file__).parents[2]
PACKAGES = ("server", "handlers", "models", "kitchen_display", "sms_gateway")

# A test that cannot set the clock has to sleep; a command that draws a new id on every attempt writes its order twice.
DIRECT = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "uuid": {"uuid1", "uuid3", "uuid4", "uuid5", "uuid7"},
    "os": {"urandom", "getrandom"},
    "secrets": {"*"},
    "random": {"*"},
}
MAY_ASK_THE_MACHINE = {
    "server/clock.py": "it is what everybody else asks",
    "server/config.py": "keys are made once at the first start, before there is anything to inject into",
}

PURE = {
    *sys.stdlib_module_names,
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "models",
    "babel",  # how languages write amounts and dates
    "iso4217",  # how many digits currencies have
    "phonenumbers",  # which phone numbers countries have
    "pycountry",  # how the counties of countries are called
}


def sources(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def direct_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every use of the machine's clock or randomness, by module attribute or by imported name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).removeprefix("datetime.")
            if {node.attr, "*"} & DIRECT.get(owner, set()):
                yield node.lineno, f"{owner}.{node.attr}"
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if {alias.name, "*"} & DIRECT.get(node.module or "", set()):
                    yield node.lineno, f"from {node.module} import {alias.name}"


def imports(tree: ast.AST) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
    return modules


def types_within(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from types_within(part)


def fields_of(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[tuple[str, Any]]:
    """Every field reachable from a model, with each type that its annotation mentions."""
    seen.add(model)
    for field, info in model.model_fields.items():
        for kind in types_within(info.annotation):
            yield f"{model.__name__}.{field}", kind
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
                yield from fields_of(kind, seen)


def test_time_ids_and_randomness_come_from_the_clock() -> None:
    found = [
        f"{name(path)}:{line}: {call}"
        for path in sources(*PACKAGES)
        if name(path) not in MAY_ASK_THE_MACHINE
        for line, call in direct_calls(ast.parse(path.read_text()))
    ]
    assert found == []


def test_the_domain_needs_only_the_standard_library_pydantic_and_tables_of_currencies_and_languages() -> None:
    found = {
        f"{name(path)}: {module}"
        for path in sources("models")
        if not name(path).startswith("models/store/")
        for module in imports(ast.parse(path.read_text()))
        if module.partition(".")[0] not in PURE
    }
    assert found == set()


def test_no_field_of_a_ticket_is_money_at_any_depth() -> None:
    fields = list(fields_of(Ticket, set()))
    suspicious = [
        field
        for field, kind in fields
        if kind is Money or {"price", "amount", "total", "tax"} & set(field.split(".")[1].split("_"))
    ]
    assert fields
    assert suspicious == []


def test_every_module_says_what_it_is_and_why_it_exists() -> None:
    silent = [
        name(path)
        for path in sources(*PACKAGES)
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.monotonic()",
        "from time import monotonic",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\nwhen = datetime.utcnow",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4",
        "import secrets\nsecrets.token_hex(4)",
        "import random\nrandom.random()",
        "from random import shuffle",
        "import os\nos.urandom(4)",
    ],
)
def test_the_lint_finds_every_way_around_the_clock(code: str) -> None:
    assert len(list(direct_calls(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    "code", ["import time\ntime.sleep(1)", "clock.now()", "ctx.now", "secret = settings.secrets.peppers"]
)
def test_the_lint_lets_everything_else_pass(code: str) -> None:
    assert list(direct_calls(ast.parse(code))) == []
