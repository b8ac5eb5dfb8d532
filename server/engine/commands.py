"""The command path: from an event's text to its one ack. It is the hot path: every line in it has a reason.

A command is cut out of its frame, checked against the allow-list and the bounds, and run at its turn: one at a time for
each socket, in the order of arrival. Those that the settings name as abreast are begun one after the other, too, but do
not wait for each other's end. A command that never waits is answered without a task.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from server.engine import guard
from server.engine.connection import Presence, Stage
from server.engine.contract import Refusal
from server.engine.step import run_eagerly

if TYPE_CHECKING:
    from server.engine.hub import Hub
    from server.engine.wire import Wire

logger = logging.getLogger(__name__)

# For what the door promises never to do: a command that raises. The client still gets its one ack.
_FAULT = '{"success":false,"error":{"code":"INTERNAL","message":"","details":{}}}'


class Commands:
    """See the module."""

    __slots__ = ("_abreast", "_depth", "_door", "_hub", "_keys", "_room", "_step", "_waiting")

    def __init__(self, hub: "Hub") -> None:
        settings = hub.settings
        self._hub = hub
        self._door = hub.door
        self._depth = settings.max_depth
        self._keys = settings.max_keys
        self._waiting = settings.waiting_commands
        self._abreast = settings.abreast
        self._step = 1 / settings.commands_per_second
        # The tolerance keeps sums of many steps from losing the last command of a burst to rounding.
        self._room = settings.command_burst * self._step + 1e-9

    def take(self, wire: "Wire", text: str, now: float) -> None:
        """Take an event: run it if it is an allowed command of bounded shape, at its turn; refuse it otherwise."""
        cut = guard.cut_command(text)
        if cut is None:
            self._refuse_event(wire, text)
            return
        namespace, ack_id, name, payload = cut.groups("/")
        presence = wire.presences.get(namespace)
        if presence is None or presence.stage is not Stage.OPEN:
            self._refuse_early(wire, name)
        elif not self._door.is_command(namespace, name):
            self._refuse_name(presence, ack_id, name)
        elif not guard.is_bounded(payload, self._depth, self._keys):
            self._refuse(presence, ack_id, name, Refusal.VALIDATION_FAILED, {})
        elif not self._is_in_pace(wire, now):
            seconds = max(1, round(wire.commands_at - self._room + self._step - now))
            self._refuse(presence, ack_id, name, Refusal.RATE_LIMITED, {"retryAfter": seconds})
        elif not wire.running or (not wire.waiting and self._is_abreast(wire, presence, name)):
            self._run(presence, name, payload, ack_id)
            if wire.waiting:
                self._run_waiting(wire)
        else:
            self._wait(presence, name, payload, ack_id)

    def _is_in_pace(self, wire: "Wire", now: float) -> bool:
        full_at = (max(now, wire.commands_at)) + self._step
        if full_at - now > self._room:
            return False
        wire.commands_at = full_at
        return True

    def _is_abreast(self, wire: "Wire", presence: Presence, name: str) -> bool:
        """Whether a command may begin beside those of the socket that run, which are of its name."""
        is_same = wire.runs is presence and wire.runs_name == name
        return is_same and wire.running < self._waiting and (presence.namespace, name) in self._abreast

    def _wait(self, presence: Presence, name: str, payload: str, ack_id: str) -> None:
        wire = presence.socket
        if wire.waiting is None:
            wire.waiting = deque()
        if len(wire.waiting) < self._waiting:
            wire.waiting.append((presence, name, payload, ack_id))
        else:
            self._refuse(presence, ack_id, name, Refusal.RATE_LIMITED, {"retryAfter": 1})

    def _run(self, presence: Presence, name: str, payload: str, ack_id: str) -> None:
        wire = presence.socket
        wire.running += 1
        wire.runs, wire.runs_name = presence, name
        try:
            reply = run_eagerly(
                self._door.run(presence, name, payload),
                asyncio.get_running_loop(),
                partial(self._follow, presence, ack_id),
            )
        except Exception:
            logger.exception("a command raised; the client is told of a fault")
            reply = _FAULT
        if reply is not None:
            wire.running -= 1
            self._acknowledge(presence, ack_id, reply)

    def _follow(self, presence: Presence, ack_id: str, task: "asyncio.Task[str]") -> None:
        self._hub.keep(task)
        task.add_done_callback(partial(self._on_done, presence, ack_id))

    def _on_done(self, presence: Presence, ack_id: str, task: "asyncio.Task[str]") -> None:
        wire = presence.socket
        wire.running -= 1
        if task.cancelled():
            logger.warning("a command was cancelled; its outcome is unknown to the client")
        elif (fault := task.exception()) is not None:
            logger.error("a command raised; the client is told of a fault", exc_info=fault)
            self._acknowledge(presence, ack_id, _FAULT)
        else:
            self._acknowledge(presence, ack_id, task.result())
        self._run_waiting(wire)

    def _run_waiting(self, wire: "Wire") -> None:
        while wire.waiting and (not wire.running or self._is_abreast(wire, *wire.waiting[0][:2])):
            presence, name, payload, ack_id = wire.waiting.popleft()
            if presence.stage is Stage.OPEN:
                self._run(presence, name, payload, ack_id)

    def _acknowledge(self, presence: Presence, ack_id: str, reply: str) -> None:
        if ack_id and presence.stage is Stage.OPEN:
            try:
                presence.socket.write(f"{presence.ack_prefix}{ack_id}[{reply}]")
            except UnicodeEncodeError:
                logger.exception("an ack was no Unicode; the client is told of a fault")
                presence.socket.write(f"{presence.ack_prefix}{ack_id}[{_FAULT}]")

    def _refuse_event(self, wire: "Wire", text: str) -> None:
        cut = guard.cut_event(text)
        if cut is None:
            wire.malformed("frames_malformed")
            return
        namespace, ack_id, name = cut.groups("/")
        presence = wire.presences.get(namespace)
        if presence is None or presence.stage is not Stage.OPEN:
            self._refuse_early(wire, name)
        elif not self._door.is_command(namespace, name):
            self._refuse_name(presence, ack_id, name)
        else:
            self._refuse(presence, ack_id, name, Refusal.VALIDATION_FAILED, {})

    def _refuse_early(self, wire: "Wire", name: str) -> None:
        # Nothing can be answered where nobody is connected: an honest client waits for its CONNECT.
        if name in guard.RESERVED:
            wire.malformed("events_reserved")
        else:
            self._hub.count("events_unconnected")

    def _refuse_name(self, presence: Presence, ack_id: str, name: str) -> None:
        if name in guard.RESERVED:
            presence.socket.malformed("events_reserved")
        else:
            self._refuse(presence, ack_id, name, Refusal.UNKNOWN_COMMAND, {})

    def _refuse(self, presence: Presence, ack_id: str, name: str, refusal: Refusal, details: Mapping[str, Any]) -> None:
        self._hub.count(f"commands_{refusal.value.lower()}")
        try:
            reply = self._door.refuse(presence, name, refusal, details)
        except Exception:
            logger.exception("the door failed to say no; the client is told of a fault")
            reply = _FAULT
        self._acknowledge(presence, ack_id, reply)
