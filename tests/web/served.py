"""Pages on a port of their own, and a small page to be served there."""

import json
import re

import aiohttp
from aiohttp import web

from server.clock import Clock
from server.pages import Pages
from server.telemetry import Metrics
from server.web import Web

PAGE = (
    '<!doctype html><title>Kitchen</title><link rel="stylesheet" href="/kitchen/look.css"><!-- importmap -->'
    '<script type="module" src="/kitchen/main.js"></script>'
)
MODULE = (
    """import { board } from "./parts/board.js";
// import { never } from "./parts/never.js";
"""
    + "// A module that is long enough to be worth packing.\n" * 20
)
BOARD = """/** @import {Other} from './other.js' */
import {
  signal,
} from "@preact/signals";
import "@comanda/ui/drawn.js";
export const board = () => import("./later.js"), words = signal("from './nowhere.js'");
"""


class serving:  # noqa: N801  (reads as a verb)
    """Serve pages as the server does, on a port of their own; gives an HTTP client that unpacks nothing."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def __aenter__(self) -> aiohttp.ClientSession:
        async def nothing() -> list[str]:
            return []

        app = web.Application()
        Web(Clock(), Metrics(), nothing, {}, {}).attach(app)
        self._pages.attach(app)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        door = web.TCPSite(self._runner, "127.0.0.1", 0)
        await door.start()
        port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession(f"http://127.0.0.1:{port}", auto_decompress=False)
        return self._session

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()


async def mapped(site: aiohttp.ClientSession, page: str = "/kitchen") -> dict[str, str]:
    """Return the import map of a page."""
    async with site.get(page, headers={"Accept-Encoding": "identity"}) as answer:
        found = re.findall(r'<script type="importmap">(.*?)</script>', await answer.text())
    imports: dict[str, str] = json.loads(found[0])["imports"]
    return imports
