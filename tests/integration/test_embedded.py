"""The embedded MongoDB and Redis: started, stopped, found again after a crash, and never fought over."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis

from models.store import client
from server import embedded
from server.daemon import Daemon, StartFailed, command_line, free_port, is_running

OWNER = """
import sys, time
from pathlib import Path
from server import embedded
with embedded.running(Path(sys.argv[1])) as services:
    print(services.mongo_url, services.redis_url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder; whatever still runs in it after the test is ended."""
    yield tmp_path / "data"
    for pid in (pid_in(tmp_path / "data" / "mongodb"), pid_in(tmp_path / "data" / "redis")):
        if pid and is_running(pid) and str(tmp_path) in command_line(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def pid_in(folder: Path) -> int:
    file = folder / "pid"
    return int(file.read_text()) if file.exists() and file.read_text().strip() else 0


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds} s: {what}"
        time.sleep(0.01)


@contextmanager
def owner(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the services of a folder running."""
    words = [sys.executable, "-c", OWNER, str(folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("mongodb://")
        try:
            yield process
        finally:
            process.kill()


async def write(url: str, number: int) -> None:
    database = client.connect(url)
    await database.trial.things.insert_one({"number": number})
    await database.close()


async def read(url: str) -> list[int]:
    database = client.connect(url)
    numbers = [document["number"] async for document in database.trial.things.find().sort("number")]
    await database.close()
    return numbers


async def test_what_was_written_is_there_after_a_restart(folder: Path) -> None:
    with embedded.running(folder) as services:
        await write(services.mongo_url, 1)
    with embedded.running(folder) as services:
        assert await read(services.mongo_url) == [1]


async def test_the_embedded_mongod_is_a_replica_set_on_this_machine_only(folder: Path) -> None:
    with embedded.running(folder, with_redis=False) as services:
        database = client.connect(services.mongo_url)
        assert await client.require_replica_set(database) == client.REPLICA_SET
        options = (await database.admin.command("getCmdLineOpts"))["parsed"]
        await database.close()
    assert options["net"]["bindIp"] == "127.0.0.1"


def test_the_embedded_redis_answers(folder: Path) -> None:
    with embedded.running(folder, with_mongod=False) as services:
        assert services.redis_url is not None
        with redis.Redis.from_url(services.redis_url) as connection:
            assert connection.ping() is True


def test_nothing_that_was_started_runs_after_the_end(folder: Path) -> None:
    with embedded.running(folder):
        started = [pid_in(folder / "mongodb"), pid_in(folder / "redis")]
        assert all(is_running(pid) for pid in started)
    assert [is_running(pid) for pid in started] == [False, False]


def test_services_stop_also_when_the_server_fails(folder: Path) -> None:
    started: list[int] = []

    def fail() -> None:
        with embedded.running(folder):
            started.extend([pid_in(folder / "mongodb"), pid_in(folder / "redis")])
            raise RuntimeError("the server failed")

    with pytest.raises(RuntimeError, match="the server failed"):
        fail()
    assert [is_running(pid) for pid in started] == [False, False]


def test_the_services_are_out_of_reach_of_the_terminals_interrupt(folder: Path) -> None:
    with embedded.running(folder):
        sessions = {os.getsid(pid_in(folder / name)) for name in ("mongodb", "redis")}
    assert os.getsid(0) not in sessions


def test_a_second_owner_of_a_folder_is_refused_and_told_who_has_it(folder: Path) -> None:
    with embedded.running(folder, with_mongod=False):
        second = subprocess.run(
            [sys.executable, "-c", OWNER, str(folder)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert f"Another Comanda is using {folder} (process {os.getpid()})" in second.stderr


def test_a_refused_second_owner_leaves_the_first_ones_services_alone(folder: Path) -> None:
    with embedded.running(folder):
        with pytest.raises(StartFailed), embedded.running(folder):
            pytest.fail("two owners of one folder")
        assert is_running(pid_in(folder / "mongodb"))


def test_services_of_a_killed_owner_live_on_and_are_adopted(folder: Path) -> None:
    with owner(folder) as process:
        orphans = [pid_in(folder / "mongodb"), pid_in(folder / "redis")]
        process.kill()
        process.wait()
        assert all(is_running(pid) for pid in orphans)
        with embedded.running(folder) as services:
            assert [pid_in(folder / "mongodb"), pid_in(folder / "redis")] == orphans
            assert any("Took over" in note for note in services.notes)
        wait_for(lambda: not any(is_running(pid) for pid in orphans), "adopted services stop like started ones")


def test_an_orphan_that_does_not_answer_is_replaced(folder: Path) -> None:
    with owner(folder) as process:
        process.kill()
        process.wait()
        orphan = pid_in(folder / "redis")
        os.kill(orphan, signal.SIGSTOP)
        with embedded.running(folder, with_mongod=False) as services:
            assert services.redis_url is not None
            with redis.Redis.from_url(services.redis_url) as connection:
                assert connection.ping() is True
            assert pid_in(folder / "redis") != orphan
            assert not is_running(orphan)


def test_a_stale_pid_of_somebody_elses_process_is_left_alone(folder: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (folder / "redis").mkdir(parents=True)
        (folder / "redis" / "pid").write_text(str(stranger.pid))
        (folder / "redis" / "port").write_text(str(free_port()))
        with embedded.running(folder, with_mongod=False) as services:
            assert services.redis_url is not None
        was_left_alone = stranger.poll() is None
        stranger.kill()
    assert was_left_alone


async def test_mongod_keeps_its_data_when_its_port_was_taken_meanwhile(folder: Path) -> None:
    with embedded.running(folder, with_redis=False) as services:
        await write(services.mongo_url, 1)
    old_port = int((folder / "mongodb" / "port").read_text())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", old_port))
        with embedded.running(folder, with_redis=False) as services:
            assert f":{old_port}/" not in services.mongo_url
            assert await read(services.mongo_url) == [1]


async def test_acknowledged_writes_survive_a_kill_of_mongod(folder: Path) -> None:
    with embedded.lock(folder):
        database = embedded.mongod(folder / "mongodb")
        embedded.lead(database)
        await write(embedded.url_of(database), 1)
        database.kill()
        embedded.lead(database)
        survivors = await read(embedded.url_of(database))
        database.stop()
    assert survivors == [1]


def test_a_configured_port_that_is_in_use_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartFailed, match=f"Port {port}"), embedded.running(folder, port=port, with_redis=False):
            pytest.fail("two listeners on one port")


def test_a_mongod_that_cannot_start_says_why(folder: Path) -> None:
    with (
        pytest.raises(StartFailed, match="no-such-option"),
        embedded.running(folder, with_redis=False, options=("--no-such-option",)),
    ):
        pytest.fail("started with an unknown option")


async def test_a_standalone_mongod_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = str(tmp_path / "alone")
    binary = str(embedded.find_mongod())
    alone = Daemon(
        "mongod",
        Path(path),
        lambda port: [binary, "--dbpath", path, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"],
        client.is_answering,
        mark=lambda _port: f"--dbpath {path} ",
    )
    alone.ensure()
    database = client.connect(f"mongodb://127.0.0.1:{alone.port}/")
    try:
        with pytest.raises(client.DatabaseRefused, match="standalone MongoDB; Comanda needs a replica set"):
            await client.require_replica_set(database)
    finally:
        await database.close()
        alone.stop()


async def test_a_database_that_nobody_answers_for_is_refused_in_seconds() -> None:
    database = client.connect(f"mongodb://127.0.0.1:{free_port()}/", serverSelectionTimeoutMS=200)
    with pytest.raises(client.DatabaseRefused, match="no MongoDB primary answers"):
        await client.require_replica_set(database)
    await database.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "mongodb://", "mongodb://h:port/", "mongodb://h/?w=nonsense=1"])
def test_a_wrong_address_of_a_database_is_refused_by_its_option(url: str) -> None:
    with pytest.raises(client.DatabaseRefused, match=r"^mongodb\.url"):
        client.connect(url)
