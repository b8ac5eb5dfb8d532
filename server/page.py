"""One page as it is served: its document with the import map and the preloads of all that it imports, and its policy.

Every file is asked for by an address that names its content (`?v=`), so a browser that has it asks no more. The import
map says these addresses for modules, which stay as they were written: it holds for relative imports, too. A server that
has other content says so, and the page is loaded anew (`static/whole.js`).
"""

import gzip
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath
from types import MappingProxyType

from pydantic_core import to_json

PLACEHOLDER = "<!-- importmap -->"

HTML = "text/html; charset=utf-8"

WORTH_PACKING = 0.9
"""Sounds and pictures are packed already."""

_IMPORT = re.compile(r"""(?:^|[;}])\s*(?:import|export)\b(?:[^"'();]*?\bfrom)?\s*["']([^"']+)["']""", re.MULTILINE)
WHOLE = (Path(__file__).parent / "static" / "whole.js").read_text(encoding="utf-8")
"""Loads a page anew when one of its files is not to be had."""

_LINKED = re.compile(r'\b(href|src)="(/[^"?#]+)"')
_LATER = re.compile(r'<link data-with="(\w+)" href="(/[^"?#]+\.js)">')
"""A module that is imported later: a script gives these links their `rel` when that begins."""

_ENTRY = re.compile(r'<script\b[^>]*\btype="?module"?[^>]*\bsrc="?(/[^"\s>?]+)')


@dataclass(frozen=True, slots=True)
class File:
    """What is answered for one path. `policy` is set for a page: what it may load, but for its sockets."""

    kind: str
    body: bytes
    packed: bytes | None
    tag: str
    policy: str | None = None

    @property
    def version(self) -> str:
        """What its address says of its content."""
        return self.tag[:10]


def file(kind: str, body: bytes, allowed: str | None = None) -> File:
    """Return a file that is ready to be sent, packed where that makes it smaller."""
    packed = gzip.compress(body, mtime=0)
    is_worth = len(packed) < WORTH_PACKING * len(body)
    return File(kind, body, packed if is_worth else None, sha256(body).hexdigest()[:32], allowed)


def page(
    text: str,
    imports: Mapping[str, str],
    files: Mapping[str, File],
    *,
    has_pictures: bool,
    opens: Mapping[str, str] = MappingProxyType({}),
) -> File:
    """Return the page whose document is `text`, with `PLACEHOLDER` where its import map belongs.

    `imports` has the path of each name that modules import, `files` what is served. `has_pictures`: of dishes, which
    are wherever the house keeps them. `opens` has what it may load from others besides, by directive.
    """
    inline = import_map(imports, files)
    first = _reached(_ENTRY.findall(text), imports, files)
    preloads = "".join(f'\n    <link rel="modulepreload" href="{path}">' for path in first)
    whole = _with_later(text, first, imports, files)
    whole = whole.replace(PLACEHOLDER, f'<script type="importmap">{inline}</script>{preloads}')
    # Before all that may be missing; and a script after a style sheet would wait for it.
    head, link, rest = whole.partition("<link ")
    whole = f"{head}<script>{WHOLE}</script>{link}{rest}"
    whole = _LINKED.sub(lambda found: f'{found[1]}="{_address(found[2], files)}"', whole)
    return file(HTML, whole.encode(), _policy((WHOLE, inline), opens, has_pictures=has_pictures))


def _with_later(text: str, first: list[str], imports: Mapping[str, str], files: Mapping[str, File]) -> str:
    """Return the document with a link for each module that is loaded with a later one and not before: asked for all
    at once, they do not wait for one another.
    """
    met = list(first)

    def links(found: re.Match[str]) -> str:
        reached = [path for path in _reached([found[2]], imports, files) if path not in met]
        met.extend(reached)
        return "\n    ".join(f'<link data-with="{found[1]}" href="{path}">' for path in reached)

    return _LATER.sub(links, text)


def import_map(imports: Mapping[str, str], files: Mapping[str, File]) -> str:
    """Return the text of an import map of these names and of every module among these files."""
    own = {path: path for path in files if path.endswith(".js") and not path.startswith("/vendor/")}
    return to_json({"imports": {name: _address(path, files) for name, path in {**imports, **own}.items()}}).decode()


def _address(path: str, files: Mapping[str, File]) -> str:
    return f"{path}?v={files[path].version}" if path in files else path


def _reached(entries: list[str], imports: Mapping[str, str], files: Mapping[str, File]) -> list[str]:
    """Return all modules that are loaded before the first line of the entries runs, in the order they are met."""
    met = list(dict.fromkeys(entries))
    for path in met:
        met += [one for one in dict.fromkeys(_imported(path, imports, files)) if one not in met]
    return met


def _imported(path: str, imports: Mapping[str, str], files: Mapping[str, File]) -> Iterator[str]:
    text = files[path].body.decode() if path in files else ""
    for name in _IMPORT.findall(text):
        found = imports.get(name) or normpath(join(dirname(path), name))
        if found in files:
            yield found


def _policy(inline: tuple[str, ...], opens: Mapping[str, str], *, has_pictures: bool) -> str:
    """Return the policy of a page with these inline scripts; `{sockets}` stands for the addresses of its sockets."""
    digests = " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in inline)
    directives = {
        "default-src": "'none'",
        "script-src": f"'self' {digests}",
        "style-src": "'self'",
        "connect-src": "'self'{sockets}",
        "img-src": f"'self' data:{' https:' if has_pictures else ''}",
        "media-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'none'",
    }
    for name, sources in opens.items():
        directives[name] = f"{directives[name]} {sources}" if name in directives else sources
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
