"""A browser for the tests of a file, servers that it may connect to, and a kitchen of its own for each test."""

from collections.abc import AsyncIterator

import pytest
from browser.chromium import CHROMIUM, MISSING
from browser.dining import Dining
from browser.kitchen import Kitchen, Premises
from integration import people
from integration.house import Installation, TestClock, free_socket, in_a_hurry, settings_for
from playwright.async_api import Browser, Playwright, async_playwright, expect
from web.paper import Network

from models.rules import Rules
from server.app import App

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
    yield browser
    await browser.close()


@pytest.fixture(scope="session")
async def premises(mongo_url: str, redis_url: str) -> AsyncIterator[Premises]:
    """Two servers that know each other's pages, and watch over their kitchens as they do in a restaurant."""
    sockets = [free_socket() for _ in range(2)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    network = Network(ports[0])
    network_url = await network.start()
    clock = TestClock()
    settings = settings_for(
        mongo_url,
        redis_url,
        "kitchens",
        server={"origins": [network_url, *(f"http://127.0.0.1:{port}" for port in ports)]},
        limits={name: getattr(Rules(), name) for name in ("unseen_seconds", "dark_seconds")},
    )
    apps = [in_a_hurry(App(settings, clock=clock)) for _ in ports]
    for app, sock in zip(apps, sockets, strict=True):
        await app.start(sock)
    yield Premises(Installation(apps, ports, clock), network, network_url)
    await network.stop()
    for app in apps:
        await app.stop()


@pytest.fixture
async def kitchen(premises: Premises, browser: Browser) -> AsyncIterator[Kitchen]:
    """A new house with a manager and a waiter on its floor; its displays must have had nothing to complain of."""
    house = await premises.installation.new_house()
    kitchen = Kitchen(house, premises, browser, await people.manager(house), await house.waiter())
    yield kitchen
    premises.network.restore()
    await kitchen.close()
    await premises.installation.clear()


@pytest.fixture
async def dining(kitchen: Kitchen) -> AsyncIterator[Dining]:
    """The same house with diners and waiters in browsers of their own; none may have had anything to complain of."""
    dining = Dining(kitchen)
    yield dining
    kitchen.premises.network.restore()
    await dining.close()


@pytest.fixture
async def gated(premises: Premises, browser: Browser, mongo_url: str, redis_url: str) -> AsyncIterator[Dining]:
    """A house on its guard, on a server of its own: first rounds wait for a tap, and it stands few wrong PINs."""
    sock, clock = free_socket(), TestClock()
    port = int(sock.getsockname()[1])
    settings = settings_for(
        mongo_url,
        redis_url,
        "gated",
        server={"origins": [f"http://127.0.0.1:{port}"]},
        limits={"first_order_gate": True, "house_failures": 6},
    )
    app = in_a_hurry(App(settings, clock=clock))
    await app.start(sock)
    own = Premises(Installation([app], [port], clock), premises.network, premises.network_url)
    house = await own.installation.new_house()
    dining = Dining(Kitchen(house, own, browser, await people.manager(house), await house.waiter()))
    yield dining
    await dining.close()
    await dining.kitchen.close()
    await app.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured: figures that a page is held to are worth reading when they hold, too."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, figure in report.user_properties if report.when == "call" else ():
            terminalreporter.write_line(f"{name}: {figure}")
