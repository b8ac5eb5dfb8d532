"""The pages as a browser shows them, under the Content-Security-Policy that they are served with."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser.chromium import CHROMIUM, MISSING
from integration.house import free_socket, settings_for

from server.app import App

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


@pytest.fixture
async def address(mongo_url: str) -> AsyncIterator[str]:
    app = App(settings_for(mongo_url, None, "browser"))
    port = await app.start(free_socket())
    yield f"http://127.0.0.1:{port}"
    await app.stop()


async def shown(url: str, profile: Path) -> tuple[str, str]:
    """Return a page's document as the browser has it, and what the browser complained of."""
    browser = await asyncio.create_subprocess_exec(
        *(str(CHROMIUM), *QUIET, f"--user-data-dir={profile}", "--dump-dom", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, complaints = await browser.communicate()
    return out.decode(), complaints.decode()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "The protocol, to read"),
        ("/docs", "order:place"),
        ("/t/any-token", "Comanda: your table"),
        ("/floor", "Comanda: floor"),
        ("/order", "Comanda: order"),
    ],
)
async def test_a_page_is_shown_whole_and_the_browser_refuses_nothing_of_it(
    address: str, path: str, text: str, tmp_path: Path
) -> None:
    document, complaints = await shown(address + path, tmp_path)
    assert text in document
    assert "Refused to" not in complaints
    assert "Content Security Policy" not in complaints
