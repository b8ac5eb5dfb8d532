"""The modules of the client by themselves, under Node's own test runner; and their types."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from iso4217 import Currency as Iso4217
from web.paper import NODE

from models.money import exponent
from server import typescript
from server.asyncapi import document
from server.pages import ROOT
from server.routes import ROUTES

HERE = Path(__file__).parent
TSC = ROOT / "web" / "node_modules" / ".bin" / "tsc"

WRITTEN = """\
import {{ connect }} from "@comanda/client";
const kitchen = connect({{ namespace: "/kitchen", auth: {{ deviceToken: "x" }} }});
{line}
"""


@pytest.mark.parametrize("script", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_module_keeps_its_promises(script: Path) -> None:
    done = subprocess.run([NODE, "--test", script], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout


def test_pages_and_server_agree_on_the_minor_units_of_all_currencies() -> None:
    codes = sorted({one.code for one in list(Iso4217) if one.exponent is not None})
    script = f"import {{ digitsOf }} from '{ROOT}/web/ui/money.js'; console.log(JSON.stringify({codes}.map(digitsOf)))"
    said = subprocess.run([NODE, "--input-type=module", "-e", script], capture_output=True, timeout=50, check=True)
    assert dict(zip(codes, json.loads(said.stdout), strict=True)) == {code: exponent(code) for code in codes}


def test_the_committed_types_are_those_of_the_code() -> None:
    committed = (ROOT / "web" / "client" / "protocol.d.ts").read_text()
    assert committed == typescript.declarations(), "run `make protocol`"


RIGHT = [
    '(await kitchen.send("ticket:bump", { ticketId: "t", opId: "12345678" })).ticket.lines[0]?.status === "READY";',
    'kitchen.on("ticket:changed", ({ ticket }) => ticket.station.toUpperCase());',
    'for (const ticket of kitchen.state.of("ticket").value.values()) ticket.lines.length;',
    'kitchen.hello.value?.principal.roles.includes("SCREEN");',
]

WRONG = [
    ('await kitchen.send("ticket:burn", {});', "not assignable"),
    ('await kitchen.send("ticket:bump", { ticket: "t" });', "does not exist"),
    ('await kitchen.send("item:set-availability", { itemId: "i", state: "MAYBE" });', "not assignable"),
    ('(await kitchen.send("ticket:bump", { ticketId: "t" })).order;', "does not exist"),
    ('kitchen.on("cart:changed", () => {});', "not assignable"),
    ('for (const ticket of kitchen.state.of("ticket").value.values()) ticket.price;', "does not exist"),
    ('kitchen.state.of("order");', "not assignable"),
    ('kitchen.status.value === "online";', "no overlap"),
]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the compiler says of pages with one line of their own each, by that line."""
    folder = tmp_path_factory.mktemp("pages")
    lines = [*RIGHT, *(line for line, _ in WRONG)]
    for number, line in enumerate(lines):
        (folder / f"page{number}.js").write_text(WRITTEN.format(line=line))
    extended = {"extends": str(ROOT / "web" / "tsconfig.json"), "include": ["*.js"]}
    (folder / "tsconfig.json").write_text(json.dumps(extended))
    said = subprocess.run([TSC, "-p", folder], capture_output=True, text=True, timeout=50, check=False).stdout
    by_page = [re.findall(rf"page{number}\.js\(.*", said) for number in range(len(lines))]
    return {line: "\n".join(found) for line, found in zip(lines, by_page, strict=True)}


def test_the_page_of_the_readme_is_one(tmp_path: Path) -> None:
    """Strictly as all pages are checked: whoever begins with it begins without complaints."""
    text = (ROOT / "web" / "README.md").read_text()
    (tmp_path / "app.js").write_text(re.findall(r"```js\n(.*?)```", text, re.DOTALL)[0])
    (tmp_path / "words").mkdir()
    for language in ("en", "ro"):
        (tmp_path / "words" / f"{language}.js").write_text(f"export const {language} = {{ pin: '', more: '' }};")
    extended = {"extends": str(ROOT / "web" / "tsconfig.json"), "include": ["*.js"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(extended))
    said = subprocess.run([TSC, "-p", tmp_path], capture_output=True, text=True, timeout=50, check=False)
    assert (said.returncode, re.findall(r"app\.js.*", said.stdout)) == (0, [])


def test_the_client_names_each_command_as_the_protocol_wants() -> None:
    script = (
        f"import * as n from '{ROOT}/web/client/naming.js'; console.log(JSON.stringify([[...n.KEYED], [...n.PLAIN]]))"
    )
    said = subprocess.run([NODE, "--input-type=module", "-e", script], capture_output=True, timeout=50, check=True)
    keyed, plain = map(set, json.loads(said.stdout))
    fields = dict(_fields_of_requests(document()))
    assert keyed == {name for name, known in fields.items() if "idempotencyKey" in known}
    assert {name for name in plain if fields[name] & {"opId", "idempotencyKey"}} == set()


def _fields_of_requests(published: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    for operation in published["operations"].values():
        if operation["action"] == "receive":
            channel = published["channels"][operation["channel"]["$ref"].rpartition("/")[2]]
            request = channel["messages"][operation["title"].replace(":", ".")]["payload"]["$ref"].rpartition("/")[2]
            yield operation["title"], set(published["components"]["schemas"][request].get("properties", {}))


def test_the_client_knows_each_route_of_the_door() -> None:
    script = f"import {{ ROUTES }} from '{ROOT}/web/client/rest.js'; console.log(JSON.stringify(ROUTES))"
    said = subprocess.run([NODE, "--input-type=module", "-e", script], capture_output=True, timeout=50, check=True)
    assert json.loads(said.stdout) == {route.command: [route.method, route.path] for route in ROUTES}


@pytest.mark.parametrize("line", RIGHT)
def test_what_the_protocol_has_can_be_written(complaints: dict[str, str], line: str) -> None:
    assert complaints[line] == ""


@pytest.mark.parametrize(("line", "complaint"), WRONG)
def test_what_the_protocol_has_not_is_found_before_it_runs(
    complaints: dict[str, str], line: str, complaint: str
) -> None:
    assert complaint in complaints[line]
