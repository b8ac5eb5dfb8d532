"""One tab of a real browser, as one phone or tablet is: what happens to it, and what the browser complained of."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page

PHONE = (390, 844)
SMALL_PHONE = (360, 640)
TABLET = (1280, 800)

AXE = (Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

LEFT = "WebSocket is closed before the connection is established"
"""What Chromium says when a page is left, or has lost its patience, while it connects."""

LOST = r"WebSocket connection to '.*' failed|Failed to load resource: net::ERR_"
"""What it says of a server that is away; no page can keep it from saying so."""

SLOW_4G = {"latency": 150, "downloadThroughput": 1_600_000 // 8, "uploadThroughput": 750_000 // 8}
"""Lighthouse's "slow 4G": milliseconds of a round trip, and bytes a second."""


@dataclass
class Tab:
    """A page with a storage and cookies of its own."""

    page: Page
    url: str
    path: str
    complaints: list[str] = field(default_factory=list)
    foreseen: list[str] = field(default_factory=lambda: [LEFT])

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @classmethod
    async def new(cls, browser: Browser, url: str, path: str, size: tuple[int, int] = PHONE, **options: Any) -> "Tab":
        """A tab of a browser that was never here, without any page yet; English unless `locale` says otherwise."""
        width, height = size
        given: dict[str, Any] = {"locale": "en-GB", "has_touch": True, "viewport": {"width": width, "height": height}}
        context = await browser.new_context(**(given | options))
        tab = cls(await context.new_page(), url, path)
        tab._listen()
        return tab

    async def open(self) -> None:
        """Go to its page."""
        await self.page.goto(self.url + self.path)

    async def another(self) -> "Tab":
        """Open a second tab of the same browser, with the same storage and cookies."""
        tab = self.blank(await self.context.new_page())
        await tab.open()
        return tab

    def blank(self, page: Page) -> "Tab":
        """Take a page of the same browser that has opened nothing yet."""
        tab = Tab(page, self.url, self.path, self.complaints, self.foreseen)
        tab._listen()
        return tab

    # ── what happens to it ────────────────────────────────────────────────────────────────────────────────────────────

    async def throttle(self, network: dict[str, int] | None = None, cpu: int = 1) -> None:
        """Make its network as slow as `SLOW_4G`, for example, and its processor so many times slower."""
        session = await self._developer()
        if network is not None:
            await session.send("Network.emulateNetworkConditions", {"offline": False, **network})
        await session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})

    async def go_offline(self) -> None:
        """Lose its network, as a phone that says so. For one that does not know, see `web.paper.Network`."""
        self.foresee(LOST)
        await self.context.set_offline(True)

    async def go_online(self) -> None:
        await self.context.set_offline(False)

    async def crash(self) -> None:
        """Kill the process of its page, in the middle of whatever it does."""
        self.foresee("crashed")
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.page.on("crash", lambda _: gone.done() or gone.set_result(None))
        session = await self._developer()
        # Nobody is left to answer.
        killing = asyncio.ensure_future(session.send("Page.crash"))
        killing.add_done_callback(lambda done: done.cancelled() or done.exception())
        await gone

    async def come_back(self) -> None:
        """Open its page again after a crash, with what the browser kept."""
        former, self.page = self.page, await self.context.new_page()
        self._listen()
        await former.close()
        await self.open()

    # ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def client(self, script: str, given: Any = None) -> Any:
        """Run the body of an async function in the page, with the client's module as `client` and what is `given`."""
        whole = f"async (given) => {{ const client = await import('@comanda/client'); {script} }}"
        return await self.page.evaluate(whole, given)

    async def axe(self) -> list[str]:
        """Return what axe-core finds that is serious or worse: the rule, and the first element that breaks it."""
        await self.page.evaluate(AXE)
        # What is just coming in is pale for a moment.
        ending = "document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations < Infinity)"
        await self.page.evaluate(f"Promise.allSettled({ending}.map((one) => one.finished))")
        found = await self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    async def require_no_serious(self) -> None:
        """Fail if axe-core finds something serious on what is shown now."""
        found = await self.axe()
        assert found == []

    def foresee(self, *patterns: str) -> None:
        """Let the browser complain of what the test brings about."""
        self.foreseen += patterns

    def require_silence(self) -> None:
        """Fail if it complained of anything else."""
        unforeseen = [one for one in self.complaints if not any(re.search(it, one) for it in self.foreseen)]
        assert not unforeseen, unforeseen

    def _listen(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    async def _developer(self) -> CDPSession:
        return await self.context.new_cdp_session(self.page)
