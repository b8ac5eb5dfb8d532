"""The official clients, unmodified, over WebSocket, over polling, and with the upgrade from one to the other."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import socketio
from engine.lodge import Site
from engine.raw import until

HERE = Path(__file__).parent
CARRIERS = ["websocket", "polling", "polling,websocket"]


@pytest.fixture(scope="session")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the official JavaScript client, as locked."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm on this machine")
    folder = tmp_path_factory.mktemp("javascript")
    for name in ("package.json", "package-lock.json", "official.mjs"):
        shutil.copy(HERE / name, folder / name)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"npm ci is impossible here: {done.stderr[-200:]}")
    return folder


@pytest.mark.parametrize("transports", CARRIERS)
async def test_javascript_client_works_unmodified(polling_site: Site, javascript: Path, transports: str) -> None:
    visit = await asyncio.create_subprocess_exec(
        "node",
        "official.mjs",
        f"http://127.0.0.1:{polling_site.port}",
        transports,
        cwd=javascript,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(visit.communicate(), 30)
    finally:
        if visit.returncode is None:
            visit.kill()
            await visit.wait()
    assert visit.returncode == 0, err.decode()
    assert json.loads(out) == {
        "transports": transports.split(","),
        "hello": {"protocol": 1},
        "echo": {"a": [1, {"b": "ș"}]},
        "told": [{"room": "r"}],
        "unknown": "UNKNOWN_COMMAND",
        "shape": "VALIDATION_FAILED",
        "order": [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}],
        "refused": {"code": "NOT_YOU"},
        "floor": {"n": 2},
        "again": {"n": 3},
        "left": "io server disconnect",
    }
    await until(lambda: polling_site.lodge.ghosts == 0, "nobody is left")


@pytest.mark.parametrize("transports", CARRIERS)
async def test_python_client_works_unmodified(polling_site: Site, transports: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
    for event in ("hello", "told", "disconnect"):
        client.on(event, lambda *data, event=event: heard.put_nowait((event, *data)), namespace="/table")
    client.on("connect_error", lambda data: heard.put_nowait(("refused", data)), namespace="/floor")
    await client.connect(
        f"http://127.0.0.1:{polling_site.port}",
        namespaces=["/table"],
        transports=transports.split(","),
        auth={"rooms": ["r"]},
    )
    try:
        assert await asyncio.wait_for(heard.get(), 5) == ("hello", {"protocol": 1})
        assert await client.call("echo", {"a": "ș"}, namespace="/table", timeout=5) == {"a": "ș"}
        await client.call("tell", {"room": "r"}, namespace="/table", timeout=5)
        assert await asyncio.wait_for(heard.get(), 5) == ("told", {"room": "r"})
        unknown = await client.call("nope", {}, namespace="/table", timeout=5)
        assert unknown["error"]["code"] == "UNKNOWN_COMMAND"
        await client.emit("quit", {}, namespace="/table")
        assert (await asyncio.wait_for(heard.get(), 5))[0] == "disconnect"
    finally:
        await client.disconnect()
        await client.shutdown()
    await until(lambda: polling_site.lodge.ghosts == 0, "nobody is left")


@pytest.mark.parametrize("transports", CARRIERS)
async def test_python_client_is_told_why_it_is_refused(polling_site: Site, transports: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    refusals: asyncio.Queue[Any] = asyncio.Queue()
    client.on("connect_error", refusals.put, namespace="/table")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(
            f"http://127.0.0.1:{polling_site.port}",
            namespaces=["/table"],
            transports=transports.split(","),
            auth={"refuse": 1},
        )
    assert await asyncio.wait_for(refusals.get(), 5) == {"message": "no", "data": {"code": "NOT_YOU"}}
    await client.shutdown()
