"""Pings, and everything else that happens to a socket because time has passed, on one timer for all sockets.

A wheel of quarter seconds: each socket stands in the slot of the next moment at which something may be due, so a tick
costs what is due and not what is connected. Time is the injected monotonic clock; setting the wall clock does nothing.
"""

import asyncio
import logging
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.engine.socket import Socket

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
_LATE_SECONDS = 2.0
_GRACE_SECONDS = 1.0


class Heartbeat:
    """Calls `Socket.due` when a socket's moment has come, and `Socket.check_unsent` while it has unsent packets."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.monotonic = monotonic
        self.stalled: set[Socket] = set()
        """Sockets whose kernel buffer is full."""
        self.lingering: dict[Socket, float] = {}
        """Sockets that were closed by us, and when they are cut if their last packets are not taken."""
        self._slots: dict[int, set[Socket]] = {}
        self._ticked_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def put(self, socket: "Socket", due: float) -> None:
        """Let a socket be looked at when `due` has come, and not at any other moment it was put to."""
        slot = math.ceil(due / TICK_SECONDS)
        if slot != socket.slot:
            self.drop(socket)
            socket.slot = slot
            self._slots.setdefault(slot, set()).add(socket)
        if self._timer is None:
            self._ticked_at = self.monotonic()
            self._arm()

    def drop(self, socket: "Socket") -> None:
        """Forget a socket's next moment."""
        sockets = self._slots.get(socket.slot)
        if sockets is not None:
            sockets.discard(socket)
            if not sockets:
                del self._slots[socket.slot]
        socket.slot = -1

    def stop(self) -> None:
        """Stop the timer for good."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def tick(self) -> None:
        """Do all that is due now."""
        now = self.monotonic()
        before = now if self._ticked_at is None else self._ticked_at
        self._ticked_at = now
        # A process that was stopped finds every deadline missed while the answers still wait in the kernel: it reads
        # them first.
        is_late = now - before > _LATE_SECONDS
        for slot in [slot for slot in self._slots if slot * TICK_SECONDS <= now]:
            for socket in self._slots.pop(slot, ()):
                socket.slot = -1
                due = now + _GRACE_SECONDS if is_late else self._look(socket, now)
                if due is not None:
                    self.put(socket, due)
        if not is_late:
            for socket in list(self.stalled):
                socket.check_unsent(now)
            for socket in [socket for socket, at in self.lingering.items() if at <= now]:
                socket.cut()

    def _look(self, socket: "Socket", now: float) -> float | None:
        try:
            return socket.due(now)
        except Exception:
            # One socket's fault must not stop the pings of all others.
            logger.exception("a socket failed when it was due")
            return None

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._on_timer)

    def _on_timer(self) -> None:
        self._arm()
        self.tick()
        if not self._slots and not self.stalled and not self.lingering:
            self.stop()
