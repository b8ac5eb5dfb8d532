"""Several server processes on one port, and the parent that looks after them.

The kernel spreads connections over the workers (SO_REUSEPORT). The parent serves nobody: it replaces a worker that
died, passes on the wish to stop, and waits until all have sent their clients elsewhere. A worker whose parent is gone
stops by itself, so that no forgotten process answers beside the next server.
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from prometheus_client.multiprocess import mark_process_dead

from server.clock import Clock
from server.config import Settings
from server.daemon import StartFailed
from server.options import Key

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_LOOK_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 30.0
_HEALTHY_SECONDS = 60.0
_KILL_AFTER_SECONDS = 15.0

log = structlog.get_logger("server.workers")


def run(settings: Settings, config: Path | None = None, announce: Callable[[int], None] | None = None) -> int:
    """Run the workers until a signal comes; return the exit code.

    `settings` name running services and hold the secrets. `announce` is called once, when the first worker answers.
    """
    with tempfile.TemporaryDirectory(prefix="comanda-metrics-") as metrics:
        return asyncio.run(_Workers(settings, config, metrics, announce).run())


def require_free(host: str, port: int) -> None:
    """Raise `StartFailed` if the port is taken: two servers could share it unnoticed, because workers may."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise StartFailed(
                f"server.port: cannot listen on {host}:{port} ({reason}); choose another with --port."
            ) from None


def end_with_parent() -> None:
    """Ask this worker to stop when its standard input, a pipe that the parent holds, comes to its end."""

    def wait() -> None:
        with suppress(OSError):
            while os.read(0, 1024):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()


def environment_of(settings: Settings, config: Path | None, metrics: str) -> dict[str, str]:
    """Return the environment in which a worker reads the same settings that its parent has."""
    chosen = {
        "COMANDA_CONFIG": str(config) if config else os.environ.get("COMANDA_CONFIG", ""),
        "COMANDA_SERVER__HOST": settings.server.host,
        "COMANDA_SERVER__PORT": str(settings.server.port),
        "COMANDA_SERVER__WORKERS": str(settings.server.workers),
        "COMANDA_MONGODB__URL": settings.mongodb.url or "",
        "COMANDA_REDIS__URL": settings.redis.url or "",
        "COMANDA_SECRETS__PEPPERS": _joined(settings.secrets.peppers),
        "COMANDA_SECRETS__TOKEN_KEYS": _joined(settings.secrets.token_keys),
        "COMANDA_SECRETS__AUDIT_KEYS": _joined(settings.secrets.audit_keys),
        "PROMETHEUS_MULTIPROC_DIR": metrics,
    }
    return os.environ | chosen


class _Workers:
    def __init__(
        self, settings: Settings, config: Path | None, metrics: str, announce: Callable[[int], None] | None
    ) -> None:
        self._announce = announce
        self._settings = settings
        self._metrics = metrics
        self._environment = environment_of(settings, config, metrics)
        self._clock = Clock()
        self._stopping = asyncio.Event()
        self._live: dict[int, asyncio.subprocess.Process] = {}
        self._exit_code = 0

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._stopping.set)
        keepers = [asyncio.create_task(self._keep(worker)) for worker in range(self._settings.server.workers)]
        announcing = asyncio.create_task(self._announce_when_ready())
        await self._stopping.wait()
        announcing.cancel()
        for process in self._live.values():
            self._end(process, signal.SIGTERM)
        _, late = await asyncio.wait(keepers, timeout=self._settings.server.drain_seconds + _KILL_AFTER_SECONDS)
        if late:
            log.warning("workers did not stop in time", count=len(late))
            for process in self._live.values():
                self._end(process, signal.SIGKILL)
        await asyncio.gather(*keepers)
        return self._exit_code

    async def _announce_when_ready(self) -> None:
        host, port = self._settings.server.host, self._settings.server.port
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)
        while True:
            try:
                _, writer = await asyncio.open_connection(near, port)
            except OSError:
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            writer.close()
            if self._announce:
                self._announce(port)
            return

    async def _keep(self, worker: int) -> None:
        """Have one worker running until all shall stop; the more often it dies young, the longer the pause."""
        pause = 0.5
        while not self._stopping.is_set():
            born = self._clock.monotonic()
            try:
                code = await self._live_once(worker)
            except OSError as error:
                # A machine out of memory or processes may have some again in a moment.
                log.warning("a worker could not be started", worker=worker, error=str(error))
                code = os.EX_OSERR
            if self._stopping.is_set():
                return
            if code == os.EX_CONFIG:
                # It has said why it cannot start, and no second try will change that.
                self._exit_code = code
                self._stopping.set()
                return
            lived = self._clock.monotonic() - born
            pause = 0.5 if lived > _HEALTHY_SECONDS else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            log.warning("worker ended, starting another", worker=worker, exit_code=code, pause_seconds=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _live_once(self, worker: int) -> int:
        # A session of its own: the terminal's Ctrl-C reaches the parent, who asks each worker once.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "worker"),
            stdin=asyncio.subprocess.PIPE,
            env=self._environment,
            start_new_session=True,
        )
        self._live[worker] = process
        if self._stopping.is_set():
            self._end(process, signal.SIGTERM)
        try:
            return await process.wait()
        finally:
            del self._live[worker]
            mark_process_dead(process.pid, self._metrics)  # type: ignore[no-untyped-call]

    def _end(self, process: asyncio.subprocess.Process, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(number)


def _joined(keys: list[Key]) -> str:
    return ",".join(f"{key.id}:{key.key.get_secret_value()}" for key in keys)
