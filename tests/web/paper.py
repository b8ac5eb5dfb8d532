"""The client of the pages under Node, a network between it and the server that can fail, and a kitchen to look at."""

import asyncio
import itertools
import json
import shutil
import signal
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any

NODE = shutil.which("node") or "node"
SCRIPT = Path(__file__).with_name("page.mjs")


class Failed(Exception):  # noqa: N818
    """What the client raised: `name` is its class, `code` that of a refusal."""

    def __init__(self, fault: dict[str, Any]) -> None:
        super().__init__(f"{fault.get('name')}: {fault.get('message')}")
        self.name, self.code, self.details = fault.get("name"), fault.get("code"), fault.get("details")


class Page:
    """One page: what it is told to do, and all that it saw."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()
        self._reader = asyncio.create_task(self._read())
        self.saw: list[tuple[str, Any, float]] = []

    @classmethod
    async def start(cls) -> "Page":
        return cls(await asyncio.create_subprocess_exec(NODE, SCRIPT, stdin=PIPE, stdout=PIPE, limit=2**24))

    def ask(self, act: str, **given: Any) -> "asyncio.Future[Any]":
        """Tell it to do something; the future has the answer, or raises `Failed`."""
        n = next(self._numbers)
        self._answers[n] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"n": n, "act": act, "given": given}).encode() + b"\n")
        return self._answers[n]

    async def open(self, url: str, auth: dict[str, Any], box: str | None = None, **options: Any) -> None:
        """Connect as a screen does."""
        options = {"namespace": "/kitchen", "url": url, "auth": auth, "longestPause": 1000} | options
        await self.ask("open", options=options, box=box)

    async def live(self) -> None:
        await self.ask("live", within=10_000)

    async def known(self, kind: str) -> dict[str, Any]:
        return dict(await self.ask("known", kind=kind))

    def of(self, what: str) -> list[Any]:
        """Return what it saw of one sort, in order."""
        return [value for saw, value, _ in self.saw if saw == what]

    async def until(self, is_true: Callable[["Page"], Any], seconds: float = 5.0) -> None:
        """Wait until something holds of what it saw; raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while not is_true(self):
                self._changed.clear()
                await self._changed.wait()

    async def until_known(self, kind: str, is_true: Callable[[dict[str, Any]], Any], seconds: float = 5.0) -> None:
        """Wait until something holds of what it knows; raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            self._changed.clear()
            while not is_true(await self.known(kind)):
                await self._changed.wait()
                self._changed.clear()

    def sleep(self) -> None:
        """Stop as a tablet does that is put aside: nothing runs, and what arrives waits."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Go on."""
        self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reader

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "saw" in said:
                self.saw.append((said["saw"], said["value"], asyncio.get_running_loop().time()))
                self._changed.set()
            elif "fault" in said:
                self._answers.pop(said["n"]).set_exception(Failed(said["fault"]))
            else:
                self._answers.pop(said["n"]).set_result(said["value"])


class Network:
    """A network between clients and a server: `cut` closes every connection, `swallow` lets packets vanish instead."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._is_down = False
        self._passes = {"there": asyncio.Event(), "back": asyncio.Event()}
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.restore()

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Close everything, and refuse what comes."""
        self._is_down = True
        for writer in self._writers:
            writer.close()

    def swallow(self, *directions: str) -> None:
        """Stop forwarding, without closing anything: in both directions, or only `there` or `back`."""
        for direction in directions or self._passes:
            self._passes[direction].clear()

    def restore(self) -> None:
        """Work again. What was swallowed arrives late, as it does when TCP repeats it."""
        self._is_down = False
        for passes in self._passes.values():
            passes.set()

    async def stop(self) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_down:
            writer.close()
            return
        onward, back = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers |= {writer, back}
        for task in (self._pump(reader, back, "there"), self._pump(onward, writer, "back")):
            self._tasks.add(asyncio.create_task(task))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: str) -> None:
        try:
            while data := await reader.read(65536):
                await self._passes[direction].wait()
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.close()
            self._writers.discard(writer)
