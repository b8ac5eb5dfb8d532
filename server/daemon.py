"""One background program that belongs to a folder: started, found again after a crash, stopped.

The folder is its identity. Whoever holds the folder's lock may ask for the program; if a healthy one still runs there
(its parent was killed), it is adopted, and if a sick one does, it is replaced. Two are never started on one folder.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

_PAUSE_SECONDS = 0.01


class StartFailed(Exception):  # noqa: N818  (a sentence for people)
    """A program that Comanda needs could not be started; the text says what to do."""


class Daemon:
    """A program with a folder and a port on 127.0.0.1. Not for use by two threads."""

    def __init__(
        self,
        name: str,
        folder: Path,
        command: Callable[[int], Sequence[str]],
        is_healthy: Callable[[int], bool],
        *,
        mark: Callable[[int], str],
    ) -> None:
        """`command` and `mark` take the port; `mark` is the part of the command line that no other process has."""
        self.name = name
        self.folder = folder.resolve()
        self.port = 0
        self.pid = 0
        self.was_adopted = False
        self._command = command
        self._is_healthy = is_healthy
        self._mark = mark
        self._child: subprocess.Popen[bytes] | None = None

    def ensure(self, port: int | None = None) -> None:
        """Have it running and answering, adopted or started; `port` is a wish for a fixed one. Raise `StartFailed`."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        remembered = _number(self.folder / "port")
        for candidate in (port,) if port else (remembered, 0, 0):
            if self._adopt(_number(self.folder / "port"), wished=port):
                return
            chosen = candidate or free_port()
            if _is_free(chosen):
                if self._start(chosen):
                    return
            elif port:
                raise StartFailed(f"Port {port}, configured for {self.name}, is in use by another program.")
        raise StartFailed(f"{self.name} does not start. {self._last_words()}")

    def stop(self, grace_seconds: float = 20.0) -> None:
        """End it: ask first, insist after the grace. Nothing happens if it is already gone."""
        self._signal(signal.SIGTERM)
        if not self._wait_for_end(grace_seconds):
            self.kill()
        self._forget()

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL); what it acknowledged must survive that."""
        self._signal(signal.SIGKILL)
        self._wait_for_end(10.0)

    @property
    def is_alive(self) -> bool:
        """Whether the process runs (it may still be deaf)."""
        if self._child is not None:
            return self._child.poll() is None
        return self.pid > 0 and is_running(self.pid)

    def _adopt(self, remembered: int, *, wished: int | None) -> bool:
        """Take over the orphan of a killed parent if it is healthy and where it is wanted; otherwise end it."""
        pid = _number(self.folder / "pid")
        if not pid or not is_running(pid) or self._mark(remembered) not in command_line(pid):
            return False
        self.pid, self.port = pid, remembered
        if remembered and wished in (None, remembered) and self._is_healthy(remembered):
            self.was_adopted = True
            return True
        # Its journal makes a kill harmless, and one that does not answer seldom listens to a polite request.
        self.stop(grace_seconds=3.0)
        return False

    def _start(self, port: int) -> bool:
        (self.folder / "port").write_text(str(port))
        # The shell writes its own pid and then becomes the program: at no moment does it run where nobody can find it.
        # A session of its own keeps the terminal's Ctrl-C away: the server drains first and stops it afterwards.
        with (self.folder / "output.log").open("wb") as output:
            self._child = subprocess.Popen(
                ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self.folder / "pid"), *self._command(port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
            )
        self.pid, self.port, self.was_adopted = self._child.pid, port, False
        for _ in range(3_000):
            if self._child.poll() is not None:
                self._forget()
                return False
            if _answers(port) and self._is_healthy(port):
                return True
            time.sleep(_PAUSE_SECONDS)
        self.kill()
        self._forget()
        return False

    def _signal(self, number: signal.Signals) -> None:
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _wait_for_end(self, seconds: float) -> bool:
        for _ in range(int(seconds / _PAUSE_SECONDS)):
            if not self.is_alive:
                return True
            time.sleep(_PAUSE_SECONDS)
        return not self.is_alive

    def _forget(self) -> None:
        (self.folder / "pid").unlink(missing_ok=True)
        self.pid, self._child = 0, None

    def _last_words(self) -> str:
        output = self.folder / "output.log"
        lines = output.read_text(errors="replace").split("\n") if output.exists() else []
        said = " / ".join([line.strip() for line in lines if line.strip()][-3:])
        return f"It said: {said[:300]}" if said else f"Its log is in {self.folder}."


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_in(folder: Path) -> int:
    """Return the port on which the program of a folder was last started, 0 if it never was."""
    return _number(folder / "port")


def is_running(pid: int) -> bool:
    """Whether a process lives; one that has ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return True


def command_line(pid: int) -> str:
    """Return the command line of a process, words parted by spaces; empty if it cannot be read."""
    proc = Path(f"/proc/{pid}/cmdline")
    if proc.exists():
        return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    words = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A port that is only waiting out its old connections is free: servers bind it with the same option.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _number(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0
