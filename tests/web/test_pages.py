"""The pages as they are served: whole, with all that they import, and under a policy that is strict."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs
from web.served import PAGE, mapped, serving

from server.cookies import device_cookie, set_cookie
from server.page import WHOLE
from server.pages import IMPORTS, PAGES, Pages, Place, Places


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


async def test_a_module_that_is_imported_later_has_links_of_all_that_it_needs_and_that_is_not_there_by_then(
    places: Places,
) -> None:
    page = PAGE.replace("<!-- importmap -->", '<!-- importmap --><link data-with="rest" href="/kitchen/rest.js">')
    (places.kitchen / "index.html").write_text(page)
    (places.kitchen / "rest.js").write_text('import "./parts/board.js";\nimport "./parts/other.js";\n')
    async with serving(Pages(places)) as site, site.get("/kitchen", headers={"Accept-Encoding": "identity"}) as answer:
        text = await answer.text()
    later = re.findall(r'<link data-with="rest" href="([^"?]+)\?v=[0-9a-f]{10}">', text)
    assert later == ["/kitchen/rest.js", "/kitchen/parts/other.js"]


def test_the_kitchen_asks_for_all_its_modules_at_once() -> None:
    pages = Pages()
    asked = re.findall(r'rel="modulepreload" href="/kitchen/([^"?]+)', pages.pages["/kitchen"].body.decode())
    own = {path.removeprefix("/kitchen/") for path in pages.files if re.match(r"/kitchen/.*\.js$", path)}
    assert set(asked) == own - {"shape.js"}, "shape.js has types alone"


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
