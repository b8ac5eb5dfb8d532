"""How a figure is taken: rounds of the competitors in turn, in one run, so that what disturbs one disturbs all."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bench import load
from bench.child import Child

Work = Callable[[], Awaitable[float]]
"""One round of one competitor; returns its figure."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: `seconds` a round where time bounds it; `scale` shrinks counts where work bounds it."""

    rounds: int = 3
    seconds: float = 2.5
    scale: float = 1.0
    stored_orders: int = 200_000
    past_orders: int = 1_000_000

    def count(self, full: int, least: int) -> int:
        """Return a count of things for this effort."""
        return max(least, round(full * self.scale))


async def interleave(rounds: int, works: Mapping[str, Work]) -> dict[str, list[float]]:
    """Take `rounds` figures of each competitor, one of each in turn."""
    figures: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            figures[name].append(await work())
    return figures


class Meter:
    """Sums up what loads cost one process, and how busy this client was meanwhile."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self.cpu_seconds = 0.0
        self.turns = 0
        self.client_share = 0.0

    async def run(
        self, lanes: list[load.Lane], *, seconds: float = 0.0, turns_each: int = 0, at_a_time: int = 0
    ) -> load.Tally:
        """Run lanes and add their cost."""
        before = self._child.cpu_seconds()
        tally = await load.run(lanes, seconds=seconds, turns_each=turns_each, at_a_time=at_a_time)
        self.cpu_seconds += self._child.cpu_seconds() - before
        self.turns += tally.turns
        self.client_share = max(self.client_share, tally.client_share)
        return tally

    @property
    def microseconds(self) -> float:
        """CPU of the process per turn."""
        return self.cpu_seconds / self.turns * 1e6
