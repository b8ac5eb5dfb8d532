"""No float anywhere near money: in binary 0.1 + 0.2 is not 0.3, and a check that is one ban off is settled at the
table, with the guests watching.

Neither ruff nor mypy has such a rule: a float is a legal type, and `/` of two whole numbers a legal operation. So every
module of the domain, of the commands and of the kitchen is read here, and every module of the server that knows money.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHOLE_PACKAGES = ("models", "handlers", "kitchen_display", "server/payments")
"""All their modules, but for those that are about time."""

KNOWS_MONEY = ("models.money", "models.pricing", "models.tender", "models.payment", "models.receipt", "models.report")
"""A module of the server that imports one of these is read, too."""

ABOUT_TIME = {
    "handlers/registry.py": "seconds of a rate limit",
    "models/store/client.py": "seconds until MongoDB is given up",
    "models/store/driver.py": "seconds until a primary is given up",
    "models/store/lease.py": "seconds until a lease is left to itself",
    "models/store/lock.py": "seconds of waiting for a lock",
    "models/store/reader.py": "seconds of a deadline",
    "models/store/stream.py": "seconds between two reads",
    "models/store/work.py": "seconds of a deadline",
}
"""Modules in which seconds may be floats, and which seconds. None of them computes an amount."""

EXACT = {"ceil", "comb", "factorial", "floor", "gcd", "isqrt", "lcm", "perm", "prod"}
"""What of the module `math` makes whole numbers of whole numbers."""


def inexact(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every way in which a number could become a float, or be rounded otherwise than by the one rule."""
    for node in ast.walk(tree):
        if found := _inexact(node):
            yield getattr(node, "lineno", 0), found


def _inexact(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float() | complex()):
            return f"the literal {node.value}"
        case ast.Name(id="float" | "complex"):
            return node.id
        case ast.Call(func=ast.Name(id="round" | "pow")):
            return ast.unparse(node.func)
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()) if not _joins_paths(node):
            return "division with /"
        case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp(op=ast.USub())):
            return "a negative power"
        case ast.Attribute(attr="truediv" | "itruediv" | "__truediv__"):
            return "division with /"
        case ast.Attribute(value=ast.Name(id="math" | "statistics")) if node.attr not in EXACT:
            return ast.unparse(node)
        case ast.ImportFrom(module="math" | "statistics") if {alias.name for alias in node.names} - EXACT:
            return ast.unparse(node)
    return None


def _joins_paths(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether it is `folder / name` or `path / "name"`: text is no number."""
    if isinstance(node, ast.AugAssign):
        return False
    begins = ast.unparse(node.left).partition(" / ")[0]
    return begins in ("folder", "path") or (isinstance(node.right, ast.Constant) and isinstance(node.right.value, str))


def imported(tree: ast.AST) -> set[str]:
    """The modules of ours that a module imports."""
    return {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def read() -> Iterator[tuple[str, ast.AST]]:
    """Every module that must be exact, by its path."""
    for package in ("models", "handlers", "kitchen_display", "server"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())
            if name.startswith(WHOLE_PACKAGES) or not imported(tree).isdisjoint(KNOWS_MONEY):
                yield name, tree


def test_nothing_that_knows_money_has_a_float() -> None:
    found = [
        f"{name}:{line}: {what}" for name, tree in read() if name not in ABOUT_TIME for line, what in inexact(tree)
    ]
    assert found == []


def test_the_lint_reads_what_computes_money() -> None:
    assert {"models/money.py", "models/reckoning.py", "models/split.py", "server/seed.py"} <= {
        name for name, _ in read()
    }


def test_what_may_have_seconds_has_some_and_knows_no_money() -> None:
    modules = {name: tree for name, tree in read() if name in ABOUT_TIME}
    assert set(modules) == set(ABOUT_TIME)
    assert [name for name, tree in modules.items() if not list(inexact(tree))] == []
    assert [name for name, tree in modules.items() if not imported(tree).isdisjoint(KNOWS_MONEY)] == []


@pytest.mark.parametrize(
    "code",
    [
        "share = 0.19",
        "share = 1e2",
        "share = float(x)",
        "amount: float",
        "def half(amount: int) -> float: ...",
        "half = amount / 2",
        "amount /= 2",
        "share = round(amount)",
        "unit = 10 ** -2",
        "power = pow(10, digits)",
        "from math import sqrt",
        "import math\nmath.log(amount)",
        "from statistics import mean",
        "half = operator.truediv(amount, 2)",
    ],
)
def test_the_lint_finds_every_float(code: str) -> None:
    assert len(list(inexact(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "half = amount // 2",
        "round: int = 3",
        "order.round",
        "from math import lcm",
        'file = folder / "menu.yaml"',
        "file = folder / house / name",
        "units = 10 ** digits",
    ],
)
def test_the_lint_lets_what_is_exact_pass(code: str) -> None:
    assert list(inexact(ast.parse(code))) == []
