"""The pages, served from memory: `/kitchen` and its files, our client, and the packages of others that they import.

There is no build step: a browser gets the modules as they are written, and an import map says where each package is.
All files are read once, before anyone can ask, and each is a route of its own. So no path that a client sends is ever
looked for on a disk.
"""

import gzip
import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.helpers import ETag
from pydantic_core import to_json

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
}
"""What pages may import: the path that it has here, and the file in `web/node_modules`, of which no other is served."""

CLIENT = "/client/index.js"

IMPORTS = {name: path for name, (path, _) in PACKAGES.items()} | {"@comanda/client": CLIENT}

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

PLACEHOLDER = "<!-- importmap -->"

WORTH_PACKING = 0.9
"""Sounds and pictures are packed already."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files are. A checkout and the image have them in the same places relative to this package."""

    kitchen: Path = ROOT / "kitchen_display" / "static"
    client: Path = ROOT / "web" / "client"
    packages: Path = ROOT / "web" / "node_modules"


@dataclass(frozen=True, slots=True)
class File:
    """What is answered for one path. `policy` is set for a page: what it may load, but for its sockets."""

    kind: str
    body: bytes
    packed: bytes | None
    tag: str
    policy: str | None = None


@dataclass
class Pages:
    """The files of all pages. `missing` names what was not found; the page then says so instead of staying white."""

    places: Places = field(default_factory=Places)
    files: dict[str, File] = field(init=False)
    missing: list[str] = field(init=False)

    def __post_init__(self) -> None:
        sources, index = self._sources(), self.places.kitchen / "index.html"
        self.missing = [_said(source) for source in (*sources.values(), index) if not source.is_file()]
        self.files = {
            path: _file(KINDS.get(source.suffix, KINDS[".js"]), source.read_bytes())
            for path, source in sources.items()
            if source.is_file()
        }
        page = index.read_text(encoding="utf-8") if index.is_file() else PLACEHOLDER
        if page.count(PLACEHOLDER) != 1:
            self.missing.append(f"{PLACEHOLDER} in {_said(index)}")
        if self.missing:
            log.warning("the kitchen display is not installed", missing=self.missing)
        else:
            self.files["/kitchen"] = _page(page)

    def attach(self, app: web.Application) -> None:
        """Add a route for each file."""
        for path in {*self.files, "/kitchen"}:
            app.router.add_get(path, self._answer)
        app.router.add_get("/kitchen/", _without_slash)

    def _sources(self) -> dict[str, Path]:
        """Return what is to be served at which path."""
        sources = {CLIENT: self.places.client / CLIENT.rpartition("/")[2]}
        sources |= {path: self.places.packages / source for path, source in PACKAGES.values()}
        for prefix, folder in (("/kitchen", self.places.kitchen), ("/client", self.places.client)):
            sources |= {
                f"{prefix}/{source.relative_to(folder).as_posix()}": source
                for source in folder.rglob("*")
                if source.suffix in KINDS and source.is_file()
            }
        return sources

    async def _answer(self, request: web.Request) -> web.Response:
        found = self.files.get(request.path)
        if found is None:
            return self._not_installed()
        headers = {"Cache-Control": "no-cache", "ETag": f'W/"{found.tag}"', "Vary": "Accept-Encoding"}
        if found.policy is not None:
            headers["Content-Security-Policy"] = found.policy.format(sockets=_sockets(request.host))
        if _has(request.if_none_match, found.tag):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = found.kind
        if found.packed is not None and _takes_gzip(request.headers.get("Accept-Encoding", "")):
            return web.Response(body=found.packed, headers=headers | {"Content-Encoding": "gzip"})
        return web.Response(body=found.body, headers=headers)

    def _not_installed(self) -> web.Response:
        text = (
            "The kitchen display is not installed: this server did not find "
            f"<code>{'</code>, <code>'.join(map(escape, self.missing))}</code> when it started. "
            "<code>make run</code> installs it, if npm is there; then start the server again."
        )
        return web.Response(status=503, text=PAGE.format(text=text), content_type="text/html", charset="utf-8")


def import_map() -> str:
    """Return the text of the import map of all pages."""
    return to_json({"imports": IMPORTS}).decode()


def policy(inline: str) -> str:
    """Return the policy of a page with one inline script; `{sockets}` stands for the addresses of its sockets."""
    digest = b64encode(sha256(inline.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; connect-src 'self'{{sockets}}; "
        "img-src 'self' data:; media-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'none'"
    )


def _page(text: str) -> File:
    """Return a page with its import map in its place."""
    inline = import_map()
    whole = text.replace(PLACEHOLDER, f'<script type="importmap">{inline}</script>')
    return _file("text/html; charset=utf-8", whole.encode(), policy(inline))


def _file(kind: str, body: bytes, allowed: str | None = None) -> File:
    packed = gzip.compress(body, mtime=0)
    is_worth = len(packed) < WORTH_PACKING * len(body)
    return File(kind, body, packed if is_worth else None, sha256(body).hexdigest()[:32], allowed)


async def _without_slash(request: web.Request) -> web.Response:
    return web.Response(status=308, headers={"Location": "/kitchen"})


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
