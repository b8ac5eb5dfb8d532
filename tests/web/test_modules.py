"""The modules of the client by themselves, under Node's own test runner; and their types."""

import subprocess
from pathlib import Path

import pytest
from web.paper import NODE

from server import typescript
from server.pages import ROOT

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


def test_the_committed_types_are_those_of_the_code() -> None:
    committed = (ROOT / "web" / "client" / "protocol.d.ts").read_text()
    assert committed == typescript.declarations(), "run `make protocol`"


def complaints(folder: Path, line: str) -> str:
    """Return what the compiler says of a page with one line of its own."""
    (folder / "page.js").write_text(WRITTEN.format(line=line))
    extended = {"extends": str(ROOT / "web" / "tsconfig.json"), "include": ["page.js"]}
    (folder / "tsconfig.json").write_text(str(extended).replace("'", '"'))
    done = subprocess.run([TSC, "-p", folder], capture_output=True, text=True, timeout=50, check=False)
    return done.stdout


@pytest.mark.parametrize(
    "line",
    [
        '(await kitchen.send("ticket:bump", { ticketId: "t", opId: "12345678" })).ticket.lines[0]?.status === "READY";',
        'kitchen.on("ticket:changed", ({ ticket }) => ticket.station.toUpperCase());',
        'for (const ticket of kitchen.state.of("ticket").value.values()) ticket.lines.length;',
        'kitchen.hello.value?.principal.roles.includes("SCREEN");',
    ],
)
def test_what_the_protocol_has_can_be_written(tmp_path: Path, line: str) -> None:
    assert complaints(tmp_path, line) == ""


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('await kitchen.send("ticket:burn", {});', "not assignable"),
        ('await kitchen.send("ticket:bump", { ticket: "t" });', "does not exist"),
        (
            'await kitchen.send("line:set-status", { ticketId: "t", lineId: "l", status: "DONE", expected: "NEW" });',
            "not assign",
        ),
        ('(await kitchen.send("ticket:bump", { ticketId: "t" })).order;', "does not exist"),
        ('kitchen.on("cart:changed", () => {});', "not assignable"),
        ('for (const ticket of kitchen.state.of("ticket").value.values()) ticket.price;', "does not exist"),
        ('kitchen.state.of("order");', "not assignable"),
        ('kitchen.status.value === "online";', "no overlap"),
    ],
)
def test_what_the_protocol_has_not_is_found_before_it_runs(tmp_path: Path, line: str, complaint: str) -> None:
    assert complaint in complaints(tmp_path, line)
