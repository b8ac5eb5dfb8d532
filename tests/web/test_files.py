"""The files of the pages as they are served: from memory, whole, packed where it is worth it, and no others."""

import asyncio
import gzip
import json
import re

import aiohttp
import pytest
from web.served import MODULE, mapped

from server.pages import IMPORTS, PACKAGES, ROOT, Places


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
