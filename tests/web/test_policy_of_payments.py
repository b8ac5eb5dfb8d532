"""What a page on which people pay may load from others: what the provider needs, only with its keys, and only there."""

import pytest
from web.served import serving

from server.pages import PAGES, Pages
from server.payment_options import Payments
from server.payments.embedding import opened

STRIPE = opened(Payments().stripe_script_url, Payments().stripe_url)


async def policies(opens: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    """Return the directives of all pages."""
    found = {}
    async with serving(Pages(opens=opens)) as site:
        for place in PAGES:
            async with site.get(place.path.format(token="x")) as answer:
                parts = [one.split() for one in answer.headers["Content-Security-Policy"].split(";")]
                # Sockets have the port of this serving.
                found[place.name] = {
                    name: [one for one in sources if not one.startswith("ws")] for name, *sources in parts
                }
    return found


@pytest.mark.parametrize("name", ["diner", "order"])
async def test_with_keys_a_page_on_which_people_pay_loads_from_stripe_what_stripe_names(name: str) -> None:
    before, after = (await policies({}))[name], (await policies(dict(STRIPE)))[name]
    added = {one: sorted(set(sources) - set(before.get(one, []))) for one, sources in after.items()}
    assert {one: sources for one, sources in added.items() if sources} == {
        "script-src": ["https://*.js.stripe.com", "https://js.stripe.com"],
        "frame-src": ["https://*.js.stripe.com", "https://hooks.stripe.com", "https://js.stripe.com"],
        "connect-src": ["https://api.stripe.com"],
    }


@pytest.mark.parametrize("name", ["kitchen", "floor"])
async def test_nothing_is_opened_where_nobody_pays(name: str) -> None:
    assert (await policies(dict(STRIPE)))[name] == (await policies({}))[name]


def test_another_script_is_allowed_from_its_own_address_alone() -> None:
    opens = opened("http://127.0.0.1:81/v3/stripe.js", "http://127.0.0.1:82")
    origin = "http://127.0.0.1:81"
    assert opens == {"script-src": origin, "frame-src": origin, "connect-src": "http://127.0.0.1:82"}
