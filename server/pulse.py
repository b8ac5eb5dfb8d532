"""Which processes of the server live, by their heartbeats as they come back through the change stream.

Time is counted in heartbeats of one's own: no two clocks are compared, and while the database is away, or this process
is stopped or deaf, nobody grows older.
"""

from collections.abc import Iterable

DEAD_BEATS = 5
"""So many of our own heartbeats after its last one, every other second, a process counts as dead."""


class Pulse:
    """What one process knows of the others' heartbeats."""

    def __init__(self, process_id: str) -> None:
        self._own = process_id
        self._beats = 0
        self._heard: dict[str, int] = {}

    def hear(self, process_id: str) -> None:
        """A heartbeat has come, of this process or of another one."""
        if process_id == self._own:
            self._beats += 1
        self._heard[process_id] = self._beats

    def dead(self, processes: Iterable[str]) -> frozenset[str]:
        """Return which of some processes are dead; one of which nothing was heard has as long from the first time that
        it is asked about.
        """
        return frozenset(
            one for one in processes if self._beats - self._heard.setdefault(one, self._beats) >= DEAD_BEATS
        )
