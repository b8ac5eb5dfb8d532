"""A house whose guests pay online with the simulator of Stripe, and whose first rounds wait for a waiter's tap."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from browser.dining import Dining
from browser.kitchen import Kitchen, Premises
from browser.tab import Tab
from integration import people
from integration.house import Installation, TestClock, free_socket, in_a_hurry, settings_for
from playwright.async_api import Browser, Locator
from simulators.simulated_stripe import KEYS, SimulatedStripe
from web.paper import Network

from server.app import App

SCRIPT = "/v3/stripe.js"
WEBHOOKS = "/webhooks/stripe"


@asynccontextmanager
async def paying_premises(mongo_url: str, redis_url: str, stripe: SimulatedStripe) -> AsyncIterator[Premises]:
    """One server that takes payments and has first rounds approved."""
    sock, clock = free_socket(), TestClock()
    port = int(sock.getsockname()[1])
    network = Network(port)
    network_url = await network.start()
    settings = settings_for(
        mongo_url,
        redis_url,
        "paying_guests",
        server={"origins": [network_url, f"http://127.0.0.1:{port}"]},
        limits={"first_order_gate": True},
        payments={"stripe": KEYS, "stripe_url": stripe.address, "stripe_script_url": stripe.address + SCRIPT},
    )
    app = in_a_hurry(App(settings, clock=clock))
    await app.start(sock)
    yield Premises(Installation([app], [port], clock), network, network_url)
    await network.stop()
    await app.stop()


@asynccontextmanager
async def paying_dining(premises: Premises, browser: Browser, stripe: SimulatedStripe) -> AsyncIterator[Dining]:
    """A new house there; the simulator does nothing wrong, and tells its server."""
    await stripe.reset()
    await stripe.webhooks(url=premises.installation.addresses[0] + WEBHOOKS, mode="normal")
    house = await premises.installation.new_house()
    kitchen = Kitchen(house, premises, browser, await people.manager(house), await house.waiter())
    dining = Dining(kitchen)
    yield dining
    await dining.close()
    await kitchen.close()


async def until_form(tab: Tab) -> Locator:
    """Wait for the form of the provider; returns the button that pays."""
    pay = tab.page.locator(".confirm")
    await pay.and_(tab.page.locator(":enabled")).wait_for()
    return pay


async def check_of(dining: Dining, session_id: str) -> dict[str, Any]:
    """Return the party's check as the floor reads it."""
    return dict((await dining.kitchen.waiter.send("check:get", {"sessionId": session_id}))["checks"][0])
