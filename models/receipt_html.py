"""A receipt as one page of HTML, to be shown and printed. It loads nothing and runs nothing, and tells the browser."""

import base64
import hashlib
from html import escape

from models.receipt import Receipt, Row

STYLE = """
:root { color-scheme: light; }
body { background: #fff; color: #111; font: 15px/1.4 system-ui, sans-serif; }
body { margin: 24px auto; max-width: 26rem; padding: 0 16px; }
header, footer { text-align: center; }
header p, footer p { margin: 0; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; letter-spacing: 0.06em; margin: 16px 0 8px; text-transform: uppercase; }
table { border-collapse: collapse; border-top: 1px dashed #777; margin: 8px 0; padding-top: 8px; width: 100%; }
table.facts { border-top: 0; }
table.facts td { overflow-wrap: anywhere; white-space: normal; }
th { font-weight: 400; overflow-wrap: anywhere; padding: 2px 12px 2px 0; text-align: start; vertical-align: top; }
th small { color: #555; display: block; font-size: 0.85em; padding-inline-start: 1em; }
td { font-variant-numeric: tabular-nums; padding: 2px 0; text-align: end; vertical-align: top; white-space: nowrap; }
tr.inner th { padding-inline-start: 1em; }
tr.inner { color: #555; font-size: 0.9em; }
tr.strong th, tr.strong td { font-size: 1.1em; font-weight: 700; }
footer { border-top: 1px dashed #777; margin-top: 8px; padding-top: 8px; }
@page { margin: 6mm; }
@media print { body { font-size: 11pt; margin: 0; max-width: none; padding: 0; } tr { break-inside: avoid; } }
"""

STYLE_HASH = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
"""What a page that shows receipts in a frame of its own has to allow as a style."""

POLICY = f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'"


def receipt_html(receipt: Receipt) -> str:
    """Return the page of a receipt. Every text in it was escaped."""
    heading = "".join(f"<p>{escape(line)}</p>\n" for line in receipt.heading)
    sections = "".join(_table(rows) for rows in receipt.sections)
    thanks = "".join(f"<p>{escape(line)}</p>" for line in receipt.footer.splitlines())
    footer = f"<footer>{thanks}</footer>" if thanks else ""
    return (
        f'<!doctype html>\n<html lang="{escape(receipt.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(receipt.title)} – {escape(receipt.house)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(receipt.house)}</h1>\n{heading}</header>\n<h2>{escape(receipt.title)}</h2>\n"
        f"{_table(receipt.facts, 'facts')}{sections}{footer}\n</body>\n</html>\n"
    )


def _table(rows: tuple[Row, ...], kind: str = "sums") -> str:
    return f'<table class="{kind}">\n{"".join(_row(row) for row in rows)}</table>\n'


def _row(row: Row) -> str:
    kinds = " ".join(name for name, holds in (("inner", row.is_inner), ("strong", row.is_strong)) if holds)
    details = "".join(f"<small>{escape(detail)}</small>" for detail in row.details)
    opening = f'<tr class="{kinds}">' if kinds else "<tr>"
    return f'{opening}<th scope="row">{escape(row.label)}{details}</th><td>{escape(row.amount)}</td></tr>\n'
