"""A page while servers are replaced by newer ones: what it is made of is of one version, or it does not run."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from browser.diner_page import go_to, until_in
from browser.dining import Dining
from browser.tab import Tab
from browser.test_floor_check import go
from playwright.async_api import Browser, Route, expect

from server.pages import Pages, Places

PAGE = """<!doctype html><html lang="en" data-page="kitchen"><head><title>A page</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/kitchen/look.css"><!-- importmap -->
<script type="module" src="/kitchen/main.js"></script></head><body><p id="said">nothing</p></body></html>"""

PARTS = 4


def written(folder: Path, version: str) -> Places:
    """Write a page whose modules say of which version they are, and export it under a name of that version."""
    folder.mkdir()
    imports = "".join(f'import {{ {version}{n} }} from "./part{n}.js";' for n in range(PARTS))
    said = " + ".join(f"{version}{n}" for n in range(PARTS))
    (folder / "index.html").write_text(PAGE)
    (folder / "look.css").write_text(f"p {{ --of: {version}; }}")
    (folder / "main.js").write_text(f"{imports} document.getElementById('said').textContent = {said};")
    for n in range(PARTS):
        (folder / f"part{n}.js").write_text(f"export const {version}{n} = '{version}';")
    return Places(kitchen=folder)


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """Serve an application; gives its address."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Two servers of two versions, that are asked in turn."""
    async with AsyncExitStack() as stack:
        addresses = []
        for version in ("former", "newer"):
            app = web.Application()
            Pages(written(tmp_path / version, version)).attach(app)
            addresses.append(await stack.enter_async_context(listening(app)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        asked: list[str] = []

        async def forward(request: web.Request) -> web.Response:
            asked.append(request.path)
            url = addresses[len(asked) % 2] + request.path_qs
            async with session.request(request.method, url) as answer:
                kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)

        front = web.Application()
        front.router.add_route("*", "/{path:.*}", forward)
        yield await stack.enter_async_context(listening(front))


SOON = "const later = setTimeout; window.setTimeout = (act, ms) => later(act, ms / 50);"
"""What a page waits for in seconds, it then waits for in hundredths."""

KEPT = ("Content-Type", "Content-Security-Policy", "Cache-Control", "ETag")


async def test_a_page_of_which_each_file_comes_from_another_server_is_of_one_version_in_the_end(
    address: str, browser: Browser
) -> None:
    tab = await Tab.new(browser, address, "/kitchen")
    shown: list[str] = []
    await tab.page.expose_function("shown", lambda text: shown.append(text))
    await tab.page.add_init_script(SOON + "addEventListener('load', () => shown(document.body.innerText.trim()))")
    await tab.open()
    whole = tab.page.locator("#said", has_text=re.compile(f"^({'former' * PARTS}|{'newer' * PARTS})$"))
    await expect(whole).to_be_visible(timeout=20_000)
    assert any("404" in one for one in tab.complaints), "nothing was missing"
    # Whatever was shown before was nothing, and not of two versions.
    assert set(shown) <= {"nothing", "former" * PARTS, "newer" * PARTS}
    await tab.context.close()


@pytest.mark.long
async def test_a_section_that_no_server_has_any_more_is_shown_by_the_page_of_today(dining: Dining) -> None:
    ana = await dining.diner(await dining.party(), "Ana")
    ana.foresee("404", "Failed to fetch dynamically imported module")
    is_new = False

    async def answer(route: Route) -> None:
        await (route.continue_() if is_new else route.fulfill(status=404))

    await ana.context.route("**/diner/orders.js*", answer)
    await ana.open()
    await until_in(ana)
    async with ana.page.expect_event("domcontentloaded", timeout=20_000):
        await go_to(ana, "orders")
    is_new = True
    await until_in(ana)
    await go_to(ana, "orders")
    await expect(ana.page.get_by_text("Nothing is ordered yet")).to_be_visible()


@pytest.mark.long
async def test_a_page_that_could_not_load_a_section_without_a_network_stays_as_it_is_when_it_is_back(
    dining: Dining,
) -> None:
    tab = await dining.waiter("MANAGER")
    await tab.page.add_init_script(SOON)
    await tab.open()
    await expect(tab.page.locator(".table").first).to_be_visible()
    await tab.page.evaluate("window.isTheSame = true")
    await tab.go_offline()
    tab.foresee("Failed to fetch dynamically imported module")
    await go(tab, "report")
    again = tab.page.get_by_role("alert").get_by_role("button", name="Try again")
    for _ in range(2):
        await again.tap()
        await expect(again).to_be_visible()
    await tab.go_online()
    await expect(tab.page.locator(".banner")).to_have_count(0)
    # So long it would be before it was loaded anew, ten times over.
    await tab.page.wait_for_timeout(1_000)
    assert await tab.page.evaluate("window.isTheSame")
    await again.tap()
    await expect(tab.page.locator("main[data-section=report] dl.totals")).to_be_visible()
    assert await tab.page.evaluate("window.isTheSame")
