"""Everything that pages are made of, in a real browser under the strict policy that pages are served with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from browser.chromium import CHROMIUM, MISSING
from browser.test_pages import shown

from server.clock import Clock
from server.pages import IMPORTS, Pages, Places
from server.telemetry import Metrics
from server.web import Web

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

PAGE = """<!doctype html><html lang="en"><title>All</title><!-- importmap -->
<script>document.title = "an inline script ran"</script>
<script src="data:text/javascript,document.title = 'a script from elsewhere ran'"></script>
<body><p id="said">nothing</p><script type="module" src="/kitchen/main.js"></script></body></html>"""

MODULE = (
    "".join(f'import * as module{n} from "{name}";\n' for n, name in enumerate(IMPORTS))
    + """
import { h, render } from "preact";
import htm from "htm";
import { signal } from "@preact/signals";
const html = htm.bind(h);
render(html`<b>shown by ${signal("a signal")}</b>`, document.getElementById("said"));
"""
)


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A page of our own that imports everything there is."""
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "main.js").write_text(MODULE)

    async def nothing() -> list[str]:
        return []

    app = web.Application()
    Web(Clock(), Metrics(), nothing, {}, {}).attach(app)
    Pages(Places(kitchen=tmp_path)).attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_browser_runs_all_that_the_import_map_names_and_nothing_else(address: str, tmp_path: Path) -> None:
    document, complaints = await shown(f"{address}/kitchen", tmp_path / "profile")
    assert "<b>shown by a signal</b>" in document
    assert "<title>All</title>" in document
    assert sum("Content Security Policy" in line for line in complaints.splitlines()) == 2, complaints
