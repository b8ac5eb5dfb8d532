"""The table that the bench prints, and saves as JSON or Markdown: one line a question, ours beside the peer's."""

import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

MET_ALL, MET_FIRST, MISSED, NO_TARGET = "✓✓", "✓", "✗", "–"


@dataclass(frozen=True, slots=True)
class Target:
    """What `first` and `then` bound from above: the ratio to the peer, or our own figure where `of_ours`."""

    first: float
    then: float
    of_ours: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One question and its answer. Figures are medians; less is better in all of them."""

    name: str
    unit: str
    ours: float
    peer_name: str = ""
    peer: float | None = None
    target: Target | None = None
    rounds: int = 1
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return None if self.peer is None else self.ours / self.peer

    @property
    def mark(self) -> str:
        """Whether the targets are met: both, the first, or none."""
        if self.target is None:
            return NO_TARGET
        figure = self.ours if self.target.of_ours else self.ratio
        if figure is None:
            return NO_TARGET
        return MET_ALL if figure <= self.target.then else MET_FIRST if figure <= self.target.first else MISSED

    def cells(self) -> tuple[str, ...]:
        """The row as text: question, ours, peer, ratio, first, then, mark."""
        first, then = ("", "")
        if self.target is not None:
            unit = f" {self.unit}" if self.target.of_ours else " ×"
            first, then = (f"≤ {_short(bound)}{unit}" for bound in (self.target.first, self.target.then))
        return (
            self.name,
            f"{_short(self.ours)} {self.unit}",
            "" if self.peer is None else f"{_short(self.peer)} {self.unit} {self.peer_name}",
            "" if self.ratio is None else f"{self.ratio:.2f} ×",
            first,
            then,
            self.mark,
        )


HEADINGS = ("What", "Ours", "Peer", "Ratio", "Target first", "Target then", "Met")


def compare(
    name: str,
    unit: str,
    figures: Mapping[str, Sequence[float]],
    peer_name: str = "",
    target: Target | None = None,
    note: str = "",
) -> Row:
    """Make a row of the rounds of `ours` and of the peer, which stand under these names in `figures`."""
    peer = figures.get(peer_name)
    return Row(
        name=name,
        unit=unit,
        ours=statistics.median(figures["ours"]),
        peer_name=peer_name,
        peer=statistics.median(peer) if peer else None,
        target=target,
        rounds=len(figures["ours"]),
        note=note,
    )


def show(rows: Sequence[Row], notes: Sequence[str], console: Console) -> None:
    """Print the table and the notes below it."""
    table = Table(title="Comanda, measured: less is better", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "What" else "right", no_wrap=heading != "What")
    for row in rows:
        table.add_row(*row.cells())
    console.print(table)
    for note in (*notes, *(f"{row.name}: {row.note}" for row in rows if row.note)):
        console.print(f"· {note}", style="dim", highlight=False)


def save(rows: Sequence[Row], notes: Sequence[str], path: Path) -> None:
    """Write the rows as JSON, or as a Markdown table where the file's name ends in .md."""
    if path.suffix == ".md":
        lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
        text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        text += "\n\n" + "\n".join(f"- {note}" for note in notes) + "\n"
    else:
        machine = {"system": platform.platform(), "python": platform.python_version()}
        found = [{**asdict(row), "ratio": row.ratio, "mark": row.mark} for row in rows]
        text = (
            json.dumps({"machine": machine, "notes": list(notes), "rows": found}, indent=2, ensure_ascii=False) + "\n"
        )
    path.write_text(text, encoding="utf-8")


def _short(figure: float) -> str:
    return f"{figure:.2f}" if figure < 10 else f"{figure:.1f}" if figure < 100 else f"{figure:,.0f}"
