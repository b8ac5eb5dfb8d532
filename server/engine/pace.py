"""How many new sockets are admitted: a token bucket kept as one moment in time, so that it needs no timer."""


class Pace:
    """Admits `rate` a second and `burst` at once after a pause; `now` is monotonic seconds."""

    __slots__ = ("_full_at", "_room", "_step")

    def __init__(self, rate: float, burst: int) -> None:
        self._step = 1 / rate
        self._room = self._step * (burst - 1)
        self._full_at = float("-inf")

    def admit(self, now: float) -> bool:
        """Take one token if there is one."""
        start = max(self._full_at, now)
        # The tolerance keeps sums of many steps from losing the last token to rounding.
        if start - now > self._room + 1e-9:
            return False
        self._full_at = start + self._step
        return True
