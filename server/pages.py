"""The pages, served from memory: each with its modules, what they share, our client, and the packages of others.

There is no build step: a browser gets the modules as they are written, and an import map says where each package is.
All files are read once, before anyone can ask, and each is a route of its own. So no path that a client sends is ever
looked for on a disk.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.helpers import ETag

from server.page import HTML, PLACEHOLDER, File, file, page
from server.web import PAGE

log = structlog.get_logger(__name__)

ROOT = Path(__file__).parents[1]

PACKAGES = {
    "preact": ("/vendor/preact.js", "preact/dist/preact.mjs"),
    "preact/hooks": ("/vendor/preact-hooks.js", "preact/hooks/dist/hooks.mjs"),
    "@preact/signals": ("/vendor/signals.js", "@preact/signals/dist/signals.mjs"),
    "@preact/signals-core": ("/vendor/signals-core.js", "@preact/signals-core/dist/signals-core.mjs"),
    "htm": ("/vendor/htm.js", "htm/dist/htm.mjs"),
    "socket.io-client": ("/vendor/socket.io-client.js", "socket.io-client/dist/socket.io.esm.min.js"),
    "lean-qr": ("/vendor/lean-qr.js", "lean-qr/index.mjs"),
}
"""What pages may import: the path that it has here, and the file in `web/node_modules`, of which no other is served."""

CLIENT = "/client/index.js"

IMPORTS = {name: path for name, (path, _) in PACKAGES.items()} | {"@comanda/client": CLIENT}
"""What every page may import by name, besides `@comanda/ui/` and the name of a file of `web/ui`."""

UI = "/ui/"

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
}
"""A file of another kind is not served."""

FOREVER = "public, max-age=31536000, immutable"
"""How long an address that names its content is good (RFC 8246)."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its route, and the name of its folder in `Places`, which is that of its files' prefix, too."""

    path: str
    name: str
    has_pictures: bool = True
    is_paid_on: bool = False
    """Whether people pay online there."""


PAGES = (
    Place("/kitchen", "kitchen", has_pictures=False),
    Place("/t/{token}", "diner", is_paid_on=True),
    Place("/floor", "floor"),
    Place("/order", "order", is_paid_on=True),
)
"""The page of a table is the same for every token: a wrong one must not be told from a right one."""

SHARED = ("client", "ui")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files are. A checkout and the image have them in the same places relative to this package."""

    kitchen: Path = ROOT / "kitchen_display" / "static"
    diner: Path = ROOT / "web" / "diner"
    floor: Path = ROOT / "web" / "floor"
    order: Path = ROOT / "web" / "order"
    client: Path = ROOT / "web" / "client"
    ui: Path = ROOT / "web" / "ui"
    packages: Path = ROOT / "web" / "node_modules"


@dataclass
class Pages:
    """The files of all pages. `missing` names what was not found; a page then says so instead of staying white.

    `mark` returns headers that give a browser its device cookie, from the cookies that it has. With the page, so that
    the first socket shows it: what one joins or logs in to on that socket is bound to it.
    """

    places: Places = field(default_factory=Places)
    mark: Callable[[Mapping[str, str]], Mapping[str, str]] = field(default=lambda cookies: {})
    opens: Mapping[str, str] = field(default_factory=dict)
    """What pages on which people pay online may load besides, by directive of their policy."""
    files: dict[str, File] = field(init=False)
    pages: dict[str, File] = field(init=False)
    missing: list[str] = field(init=False)

    def __post_init__(self) -> None:
        sources = self._sources()
        self.missing = [_said(source) for source in sources.values() if not source.is_file()]
        self.files = {
            path: file(KINDS.get(source.suffix, KINDS[".js"]), source.read_bytes())
            for path, source in sources.items()
            if source.is_file()
        }
        built = {} if self.missing else {place.path: self._built(place) for place in PAGES}
        self.pages = {path: found for path, found in built.items() if found}
        if self.missing:
            log.warning("the pages are not installed", missing=self.missing)

    def attach(self, app: web.Application) -> None:
        """Add a route for each file and each page."""
        for path in self.files:
            app.router.add_get(path, self._answer)
        for place in PAGES:
            app.router.add_get(place.path, self._show)
        for path in (place.path for place in PAGES if "{" not in place.path):
            app.router.add_get(f"{path}/", _without_slash)

    def _built(self, place: Place) -> File | None:
        """Return a page, or None and say what is missing."""
        index = self._folder(place.name) / "index.html"
        text = index.read_text(encoding="utf-8") if index.is_file() else None
        if text is None or text.count(PLACEHOLDER) != 1:
            self.missing.append(_said(index) if text is None else f"{PLACEHOLDER} in {_said(index)}")
            return None
        own = tuple(f"/{name}/" for name in (place.name, "vendor", *SHARED))
        files = {path: one for path, one in self.files.items() if path.startswith(own)}
        ui = {f"@comanda{path}": path for path in files if path.startswith(UI) and path.endswith(".js")}
        opens = self.opens if place.is_paid_on else {}
        return page(text, IMPORTS | ui, files, has_pictures=place.has_pictures, opens=opens)

    def _folder(self, name: str) -> Path:
        found: Path = getattr(self.places, name)
        return found

    def _sources(self) -> dict[str, Path]:
        """Return what is to be served at which path."""
        sources = {CLIENT: self.places.client / CLIENT.rpartition("/")[2]}
        sources |= {path: self.places.packages / source for path, source in PACKAGES.values()}
        for name in (*(place.name for place in PAGES), *SHARED):
            sources |= {
                f"/{name}/{source.relative_to(self._folder(name)).as_posix()}": source
                for source in sorted(self._folder(name).rglob("*"))
                if source.suffix in KINDS and source.name != "package.json" and source.is_file()
            }
        return sources

    async def _show(self, request: web.Request) -> web.Response:
        resource = request.match_info.route.resource
        found = self.pages.get(resource.canonical) if resource else None
        if found is None:
            return self._not_installed()
        response = _answered(request, found)
        # No proxy may keep what is one browser's.
        response.headers.update({"Cache-Control": "private, no-cache", **self.mark(request.cookies)})
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        """Answer with a file; raises `HTTPNotFound` where its address names other content: a page that is older or
        newer than this server must not run with a file of this one.
        """
        found = self.files[request.path]
        if request.rel_url.query.get("v", found.version) != found.version:
            raise web.HTTPNotFound
        return _answered(request, found)

    def _not_installed(self) -> web.Response:
        text = (
            "The pages are not installed: this server did not find "
            f"<code>{'</code>, <code>'.join(map(escape, self.missing))}</code> when it started. "
            "<code>make run</code> installs them, if npm is there; then start the server again."
        )
        return web.Response(status=503, text=PAGE.format(text=text), content_type="text/html", charset="utf-8")


def _answered(request: web.Request, found: File) -> web.Response:
    """Answer with a file; one that is asked for by its content never has to be asked for again."""
    is_named = request.rel_url.query_string == f"v={found.version}"
    headers = {
        "Cache-Control": FOREVER if is_named and found.kind != HTML else "no-cache",
        "ETag": f'W/"{found.tag}"',
        "Vary": "Accept-Encoding",
    }
    if found.policy is not None:
        headers["Content-Security-Policy"] = found.policy.format(sockets=_sockets(request.host))
    if _has(request.if_none_match, found.tag):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = found.kind
    if found.packed is not None and _takes_gzip(request.headers.get("Accept-Encoding", "")):
        return web.Response(body=found.packed, headers=headers | {"Content-Encoding": "gzip"})
    return web.Response(body=found.body, headers=headers)


async def _without_slash(request: web.Request) -> web.Response:
    asked = request.rel_url.raw_query_string
    # A link says there which house it is of.
    address = request.path.rstrip("/") + (f"?{asked}" if asked else "")
    return web.Response(status=308, headers={"Location": address})


def _said(source: Path) -> str:
    """Return how a file is called to people: by its place in the project, never by the folders of the machine."""
    return source.relative_to(ROOT).as_posix() if source.is_relative_to(ROOT) else source.name


def _sockets(host: str) -> str:
    """Return the addresses of sockets at the host that was asked: not all browsers take them to be 'self'."""
    return f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""


def _has(held: tuple[ETag, ...] | None, tag: str) -> bool:
    return any(one.value in (tag, "*") for one in held or ())


def _takes_gzip(accepted: str) -> bool:
    """Say whether an Accept-Encoding names gzip, and not in order to refuse it."""
    for one in accepted.lower().split(","):
        name, _, quality = one.replace(" ", "").partition(";")
        if name in ("gzip", "*"):
            return not re.fullmatch(r"q=0(\.0*)?", quality)
    return False
