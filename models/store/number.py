"""Numbers that people read out (order 47), taken from a shared counter in blocks.

A block belongs to one process, so that placing an order costs no round trip for its number; numbers are unique, not
gapless.
"""

from models.store.work import Work

BLOCK = 20


class Numbers:
    """What is left of the blocks of this process."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], list[int]] = {}

    async def take(self, work: Work, counter: str) -> int:
        """Return the next number of a house's counter; raises what `Work.take_number` raises."""
        key = (work.restaurant_id, counter)
        while not self._left.get(key):
            last = await work.take_number(counter, BLOCK)
            left = self._left.setdefault(key, [])
            left[:0] = range(last, last - BLOCK, -1)
            self._drop_others(key)
        return self._left[key].pop()

    def _drop_others(self, key: tuple[str, str]) -> None:
        """Forget yesterday's block of the house."""
        for other in [one for one in self._left if one[0] == key[0] and one != key]:
            del self._left[other]
