"""The processes under measurement: started, read from outside, and stopped, each only by the one that started it."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0
_DEATH_SIGNAL = 1


class NotReady(Exception):  # noqa: N818
    """A process ended or stayed silent before it listened; the text ends with what it wrote."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGTERM)


class Child:
    """One process of ours, and its costs as the kernel counts them."""

    def __init__(self, name: str, command: Sequence[str], port: int, env: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.port = port
        self._log = tempfile.NamedTemporaryFile(prefix="bench-", suffix=".log")  # noqa: SIM115
        self._process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent,
        )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def written(self) -> str:
        """Return the end of what the process wrote."""
        return Path(self._log.name).read_text(errors="replace")[-2000:]

    async def ready(self) -> None:
        """Wait until it accepts connections. Raises `NotReady`."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise NotReady(f"{self.name} ended with {self._process.returncode}:\n{self.written()}")
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.02)
        raise NotReady(f"{self.name} did not listen within {READY_SECONDS:.0f} s:\n{self.written()}")

    def cpu_seconds(self) -> float:
        """Return the CPU time of the process, user and system, over all its threads.

        The same count as utime + stime of /proc/<pid>/stat, but in nanoseconds instead of hundredths of a second.
        """
        return time.clock_gettime((~self.pid << 3) | 2)

    def rss_bytes(self) -> int:
        """Return the resident memory of the process."""
        fields = Path(f"/proc/{self.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self, grace_seconds: float = 5.0) -> None:
        """End the process and wait for it; insist after the grace."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        self._log.close()


@contextlib.asynccontextmanager
async def stopping(*children: Child) -> AsyncIterator[None]:
    """Stop the children whatever happens, all at once and without standing in the way of sockets that are closing."""
    try:
        yield
    finally:
        await asyncio.gather(*(asyncio.to_thread(child.stop) for child in children))
