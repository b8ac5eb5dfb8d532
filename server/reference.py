"""The reference of the protocol for people: a page at `/docs` and the Markdown file `docs/protocol.md`.

Both are written from the outline of the AsyncAPI document. The page has no script and no style of its own, because the
server's content security policy allows neither. `python -m server.reference` prints the Markdown.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from server.asyncapi import document
from server.outline import Block, Heading, Paragraph, Table, outline

PREFACE = """\
# The protocol

Generated from the code by `make protocol`: do not edit. A running server shows the same at `/docs`, and for programs at
`/asyncapi.json`.
"""


@cache
def page() -> tuple[str, str]:
    """Return the content type and the text of the page."""
    published = document()
    blocks = list(outline(published))
    version = escape(published["info"]["version"])
    body = "\n".join(_html(block) for block in blocks)
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Comanda: the protocol</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/docs/style.css"></head>
<body class="reference">
<header><h1>Comanda <small>the protocol, version {version}</small></h1>
<p><a href="/asyncapi.json">asyncapi.json</a> · <a href="/openapi.json">openapi.json</a></p></header>
<nav aria-label="Contents">{_contents(blocks)}</nav>
<main>
{body}
</main></body></html>
"""
    return "text/html", text


@cache
def style() -> tuple[str, str]:
    """Return the content type and the text of the style sheet that all pages share."""
    return "text/css", files("server").joinpath("static/style.css").read_text(encoding="utf-8")


def markdown() -> str:
    """Return the text of `docs/protocol.md`."""
    return PREFACE + "".join(f"\n{line}\n" for block in outline(document()) for line in _markdown(block))


# ── the page ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _html(block: Block) -> str:
    match block:
        case Heading(level, anchor, text):
            link = f'<a href="#{anchor}">{escape(text)}</a>'
            return f'<h{level} id="{anchor}">{link}</h{level}>'
        case Paragraph(text, kind):
            return f'<p class="{kind}">{_inline(text)}</p>' if kind else f"<p>{_inline(text)}</p>"
        case Table(head, rows, anchors):
            titles = "".join(f'<th scope="col">{_inline(title)}</th>' for title in head)
            lines = "\n".join(
                f"<tr{_anchor(anchors, number)}>{_cells(head, row)}</tr>" for number, row in enumerate(rows)
            )
            return (
                f'<table class="columns-{len(head)}"><thead><tr>{titles}</tr></thead><tbody>\n{lines}\n</tbody></table>'
            )


def _anchor(anchors: tuple[str, ...], number: int) -> str:
    return f' id="{anchors[number]}"' if anchors else ""


def _cells(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    # On a phone the rows stand one below the other, and each cell says what it is.
    pairs = zip(head, row, strict=True)
    return "".join(f'<td data-title="{escape(title.replace("`", ""))}">{_inline(text)}</td>' for title, text in pairs)


def _contents(blocks: list[Block]) -> str:
    return "\n".join(
        f'<a class="level-{block.level}" href="#{block.anchor}">{escape(block.text)}</a>'
        for block in blocks
        if isinstance(block, Heading)
    )


def _inline(text: str) -> str:
    """Write the little Markdown of the outline as HTML; whatever else is in the text is shown as it is."""
    safe = escape(text, quote=False)
    safe = re.sub(r"`([^`]*)`", r"<code>\1</code>", safe)
    safe = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", safe)
    return re.sub(r"\[([^\]]+)\]\((#[\w.\-]+)\)", r'<a href="\2">\1</a>', safe)


# ── the file ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _markdown(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, anchor, text):
            yield f'<a id="{anchor}"></a>'
            yield f"{'#' * level} {text}"
        case Paragraph(text, "aside"):
            yield f"*{text}*"
        case Paragraph(text):
            yield text
        case Table(head, rows, anchors):
            named = [
                (f'<a id="{anchors[number]}"></a>{row[0]}', *row[1:]) if anchors else row
                for number, row in enumerate(rows)
            ]
            yield "\n".join(_line(row) for row in (head, ("---",) * len(head), *named))


def _line(row: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
