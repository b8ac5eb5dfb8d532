"""The pages as they are served: from memory, whole, packed where it is worth it, and under a policy that is strict."""

import asyncio
import gzip
import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from server.clock import Clock
from server.cookies import device_cookie, set_cookie
from server.page import WHOLE
from server.pages import IMPORTS, PACKAGES, PAGES, ROOT, Pages, Place, Places
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


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A page of our own beside the real packages and the real client, and things that are not to be served."""
    kitchen = tmp_path / "static"
    (kitchen / "parts").mkdir(parents=True)
    (kitchen / "index.html").write_text(PAGE)
    (kitchen / "main.js").write_text(MODULE)
    (kitchen / "look.css").write_text("p{}")
    (kitchen / "parts" / "board.js").write_text(BOARD)
    for name in ("later", "other", "never"):
        (kitchen / "parts" / f"{name}.js").write_text("export {}")
    (kitchen / "notes.txt").write_text("nobody's business")
    (kitchen / ".env").write_text("SECRET=1")
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "drawn.js").write_text('import{h}from"preact";export{h}')
    return Places(kitchen=kitchen, ui=tmp_path / "ui")


@pytest.fixture
async def site(places: Places) -> AsyncIterator[aiohttp.ClientSession]:
    async with serving(Pages(places)) as session:
        yield session


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


async def test_the_page_has_its_import_map_and_its_policy_allows_that_script_and_no_other(
    site: aiohttp.ClientSession,
) -> None:
    async with site.get("/kitchen", headers={"Accept-Encoding": "identity"}) as answer:
        text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        assert answer.content_type == "text/html"
    found = re.findall(r'<script type="importmap">(.*?)</script>', text)
    assert len(found) == 1
    assert set(IMPORTS) < set(json.loads(found[0])["imports"])
    directives = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    digests = [b64encode(sha256(one.encode()).digest()).decode() for one in (WHOLE, found[0])]
    host = f"{site._base_url.host}:{site._base_url.port}"  # type: ignore[union-attr]
    assert directives == {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{digests[0]}' 'sha256-{digests[1]}'",
        "style-src": "'self'",
        "connect-src": f"'self' ws://{host} wss://{host}",
        "img-src": "'self' data:",
        "media-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'none'",
    }


@pytest.mark.parametrize("host", ["a.example;script-src *", "a.example 'unsafe-eval'", "a.example, x", "'self'"])
async def test_a_host_that_is_none_gets_nothing_into_the_policy(site: aiohttp.ClientSession, host: str) -> None:
    async with site.get("/kitchen", headers={"Host": host}) as answer:
        assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]


async def test_everything_that_the_import_map_names_is_served_as_a_module(site: aiohttp.ClientSession) -> None:
    for path in (await mapped(site)).values():
        async with site.get(path) as answer:
            assert (answer.status, answer.content_type) == (200, "text/javascript"), path
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def mapped(site: aiohttp.ClientSession, page: str = "/kitchen") -> dict[str, str]:
    """Return the import map of a page."""
    async with site.get(page, headers={"Accept-Encoding": "identity"}) as answer:
        found = re.findall(r'<script type="importmap">(.*?)</script>', await answer.text())
    imports: dict[str, str] = json.loads(found[0])["imports"]
    return imports


async def test_a_module_has_one_address_however_it_is_imported(site: aiohttp.ClientSession) -> None:
    imports = await mapped(site)
    assert imports["@comanda/ui/drawn.js"] == imports["/ui/drawn.js"]
    assert imports["@comanda/client"] == imports["/client/index.js"]
    assert re.fullmatch(r"/kitchen/parts/board\.js\?v=[0-9a-f]{10}", imports["/kitchen/parts/board.js"])


async def test_all_that_is_imported_before_a_page_can_start_is_asked_for_at_once(
    site: aiohttp.ClientSession,
) -> None:
    async with site.get("/kitchen", headers={"Accept-Encoding": "identity"}) as answer:
        text = await answer.text()
    assert re.findall(r'rel="modulepreload" href="([^"?]+)\?v=', text) == [
        "/kitchen/main.js",
        "/kitchen/parts/board.js",
        "/vendor/signals.js",
        "/ui/drawn.js",
        "/vendor/preact.js",
        "/vendor/preact-hooks.js",
        "/vendor/signals-core.js",
    ]
    assert set(re.findall(r'(?:src|href)="(/[^"?]+)"', text)) == set(), "each address names its content"


def test_the_kitchen_asks_for_all_its_modules_at_once() -> None:
    pages = Pages()
    asked = re.findall(r'rel="modulepreload" href="/kitchen/([^"?]+)', pages.pages["/kitchen"].body.decode())
    own = {path.removeprefix("/kitchen/") for path in pages.files if re.match(r"/kitchen/.*\.js$", path)}
    assert set(asked) == own - {"shape.js"}, "shape.js has types alone"


@pytest.mark.parametrize("path", ["/kitchen/main.js", "/kitchen/look.css", "/vendor/preact.js", "/client/index.js"])
async def test_an_address_that_names_other_content_is_not_found_and_not_kept(
    site: aiohttp.ClientSession, path: str
) -> None:
    async with site.get(path) as answer:
        tag = answer.headers["ETag"]
    # Also for a browser that has our content under another address.
    for headers in ({}, {"If-None-Match": tag}):
        async with site.get(f"{path}?v=0123456789", headers=headers) as answer:
            assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
            assert (await answer.json())["error"]["code"] == "NOT_FOUND"


async def test_only_an_address_that_names_its_content_is_kept_for_ever(site: aiohttp.ClientSession) -> None:
    named = (await mapped(site))["/kitchen/parts/board.js"]
    kept = {}
    for path in (named, f"{named}&more=1", "/kitchen/parts/board.js?more=1", "/kitchen/parts/board.js"):
        async with site.get(path) as answer:
            kept[path] = answer.headers["Cache-Control"]
    assert list(kept.values()) == ["public, max-age=31536000, immutable", "no-cache", "no-cache", "no-cache"]


async def test_a_page_watches_over_its_files_before_it_asks_for_the_first_one(site: aiohttp.ClientSession) -> None:
    async with site.get("/kitchen", headers={"Accept-Encoding": "identity"}) as answer:
        text = await answer.text()
    assert text.index(f"<script>{WHOLE}</script>") < min(text.index("<link"), text.index("importmap"))


async def test_the_page_of_a_table_is_the_same_for_every_token(site: aiohttp.ClientSession) -> None:
    answers = []
    for token in ("a" * 22, "no-such-table", "%00'<script>"):
        async with site.get(f"/t/{token}") as answer:
            answers.append((answer.status, answer.headers["ETag"], await answer.read()))
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "private, no-cache"
    assert len(set(answers)) == 1
    assert answers[0][0] == 200


async def test_a_page_brings_a_browser_its_device_cookie_once_and_files_bring_none(places: Places) -> None:
    cookie = set_cookie(device_cookie(is_secure=True), "abc", 60, is_secure=True)
    assert cookie == "__Host-comanda_device=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
    pages = Pages(places, mark=lambda cookies: {} if "known" in cookies else {"Set-Cookie": cookie})
    async with serving(pages) as site:
        async with site.get("/t/x") as answer:
            assert (answer.headers["Set-Cookie"], answer.headers["Cache-Control"]) == (cookie, "private, no-cache")
            tag = answer.headers["ETag"]
        # Also a browser that has the page and has lost its cookie.
        async with site.get("/t/x", headers={"If-None-Match": tag}) as answer:
            assert (answer.status, answer.headers["Set-Cookie"]) == (304, cookie)
        for path, cookies in (("/t/x", {"known": "1"}), ("/kitchen/main.js", {})):
            async with site.get(path, cookies=cookies) as answer:
                assert (answer.status, answer.headers.get("Set-Cookie")) == (200, None), path


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.name)
async def test_pictures_of_dishes_come_from_anywhere_and_nothing_else_does(
    site: aiohttp.ClientSession, place: Place
) -> None:
    async with site.get(place.path.format(token="x")) as answer:
        directives = dict(one.strip().split(" ", 1) for one in answer.headers["Content-Security-Policy"].split(";"))
    assert ("https:" in directives.pop("img-src").split()) is place.has_pictures
    assert [name for name, sources in directives.items() if "http" in sources or "*" in sources] == []


async def test_a_page_has_its_own_modules_and_no_other_page_s(site: aiohttp.ClientSession) -> None:
    paths = [path for path in await mapped(site, "/floor") if path.startswith("/")]
    assert {path.split("/")[1] for path in paths} == {"floor", "client", "ui"}


async def test_the_packages_import_nothing_but_what_the_import_map_names(site: aiohttp.ClientSession) -> None:
    for path, _ in PACKAGES.values():
        async with site.get(path, headers={"Accept-Encoding": "identity"}) as answer:
            imported = re.findall(r'\b(?:from|import)\s*"([^"]+)"', await answer.text())
        assert set(imported) <= set(IMPORTS), path


async def test_a_browser_that_has_a_file_is_told_that_it_is_the_same(site: aiohttp.ClientSession) -> None:
    async with site.get("/kitchen/main.js") as answer:
        tag = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "no-cache"
    async with site.get("/kitchen/main.js", headers={"If-None-Match": f'"other", {tag}'}) as answer:
        assert (answer.status, await answer.read(), answer.headers["ETag"]) == (304, b"", tag)
    async with site.get("/kitchen/main.js", headers={"If-None-Match": '"other"'}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("", False),
    ],
)
async def test_a_file_is_packed_for_who_takes_it_so(
    site: aiohttp.ClientSession, accepted: str, is_packed: bool
) -> None:
    async with site.get("/kitchen/main.js", headers={"Accept-Encoding": accepted}) as answer:
        body = await answer.read()
        assert (answer.headers.get("Content-Encoding") == "gzip") is is_packed
        assert answer.headers["Vary"] == "Accept-Encoding"
    assert (gzip.decompress(body) if is_packed else body).decode() == MODULE


async def test_what_packing_makes_no_smaller_is_sent_as_it_is(site: aiohttp.ClientSession) -> None:
    async with site.get("/kitchen/parts/later.js", headers={"Accept-Encoding": "gzip"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert await answer.text() == "export {}"


@pytest.mark.parametrize(
    "path",
    [
        "/kitchen/notes.txt",
        "/kitchen/.env",
        "/kitchen/index.html",
        "/kitchen/parts",
        "/kitchen/../server/pages.py",
        "/kitchen/..%2f..%2fetc%2fpasswd",
        "/kitchen/%2e%2e/%2e%2e/etc/passwd",
        "/client/protocol.d.ts",
        "/client//etc/passwd",
        "/vendor/preact/package.json",
        "/vendor/../package.json",
    ],
)
async def test_what_is_not_on_the_list_is_not_found(site: aiohttp.ClientSession, path: str) -> None:
    # Not through the HTTP client, which would tidy the path before it goes.
    reader, writer = await asyncio.open_connection("127.0.0.1", site._base_url.port)  # type: ignore[union-attr]
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    assert answer.startswith("HTTP/1.1 404 ")
    assert '"code":"NOT_FOUND"' in answer


async def test_a_file_that_is_changed_or_added_later_is_not_looked_for(
    site: aiohttp.ClientSession, places: Places
) -> None:
    (places.kitchen / "main.js").write_text("changed")
    (places.kitchen / "later.js").write_text("new")
    async with site.get("/kitchen/main.js", headers={"Accept-Encoding": "identity"}) as answer:
        assert await answer.text() == MODULE
    async with site.get("/kitchen/later.js") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_pages_are_only_read(site: aiohttp.ClientSession, method: str) -> None:
    async with site.request(method, "/kitchen") as answer:
        assert answer.status == 405


async def test_head_tells_what_get_would_without_the_body(site: aiohttp.ClientSession) -> None:
    async with site.head("/kitchen/main.js", headers={"Accept-Encoding": "identity"}) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(MODULE)))
        assert await answer.read() == b""


async def test_the_page_with_a_slash_at_its_end_is_the_page_without(site: aiohttp.ClientSession) -> None:
    async with site.get("/kitchen/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/kitchen")
    async with site.get("/order/?house=a%0D%0Ab", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/order?house=a%0D%0Ab")


async def test_without_its_packages_the_page_says_plainly_what_is_missing(places: Places, tmp_path: Path) -> None:
    with capture_logs() as logs:
        pages = Pages(Places(kitchen=places.kitchen, client=places.client, packages=tmp_path / "node_modules"))
    assert [one["event"] for one in logs] == ["the pages are not installed"]
    async with serving(pages) as site, site.get("/kitchen") as answer:
        text = await answer.text()
        assert (answer.status, answer.content_type) == (503, "text/html")
        assert "preact.mjs" in text
        assert "make run" in text
        assert str(tmp_path) not in text


async def test_a_page_without_a_place_for_the_import_map_is_said_to_be_wrong(places: Places) -> None:
    (places.kitchen / "index.html").write_text("<!doctype html>")
    async with serving(Pages(places)) as site:
        async with site.get("/kitchen") as answer:
            assert answer.status == 503
            assert "&lt;!-- importmap --&gt;" in await answer.text()
        async with site.get("/floor") as answer:
            assert answer.status == 200


def test_the_page_of_this_project_is_complete() -> None:
    assert Pages().missing == []


def test_the_image_takes_every_package_that_is_served() -> None:
    copied = re.findall(r" node_modules/(\S+)", (ROOT / "Dockerfile").read_text())
    assert [name for _, name in PACKAGES.values() if not name.startswith(tuple(f"{one}/" for one in copied))] == []


def test_the_lock_file_names_the_public_registry_and_no_other() -> None:
    locked = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    sources = {one["resolved"].split("/")[2] for name, one in locked.items() if name}
    assert sources == {"registry.npmjs.org"}


def test_every_version_is_exact() -> None:
    package = json.loads((ROOT / "web" / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert [one for one in versions if not re.fullmatch(r"\d+\.\d+\.\d+", one)] == []
