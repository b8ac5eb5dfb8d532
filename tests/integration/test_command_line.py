"""The command line as a stranger meets it: started as a process, interrupted, killed, started again."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.daemon import command_line, free_port, is_running

SECONDS = 40.0


def environment(folder: Path, **options: str) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("COMANDA_")}
    return mine | {"COMANDA_DATA_DIR": str(folder / "data"), "PYTHONWARNINGS": "default"} | options


def comanda(folder: Path, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "server", *words],
        cwd=folder,
        env=environment(folder, **options),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not in {SECONDS} s: {what}"
        time.sleep(0.02)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return json.load(answer)["ready"] is True
    except (urllib.error.URLError, OSError):
        return False


def children(pid: int) -> list[int]:
    task = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in task.read_text().split()] if task.exists() else []


def workers_of(pid: int) -> list[int]:
    return [child for child in children(pid) if "server worker" in command_line(child)]


def services_in(folder: Path) -> list[int]:
    """The pids of the embedded services of a folder that run."""
    files = [folder / "data" / name / "pid" for name in ("mongodb", "redis")]
    pids = [int(file.read_text()) for file in files if file.exists()]
    return [pid for pid in pids if is_running(pid)]


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    """A server process, its port and its output; ready to serve."""
    port, output = free_port(), folder / f"output-{free_port()}"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "serve", "--port", str(port), *words],
            cwd=folder,
            env=environment(folder),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: process.poll() is not None or is_ready(port), "ready")
        assert process.poll() is None, output.read_text()
        until(lambda: "Ctrl-C stops it" in output.read_text(), "the welcome")
        yield process, port, output
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(SECONDS)
        finally:
            for pid in services_in(folder):
                os.kill(pid, signal.SIGKILL)


def table_in(output: Path) -> str:
    found = re.search(r"/t/(\S+)  PIN \d{4}\n", output.read_text())
    assert found is not None, output.read_text()
    return found[1]


def test_the_first_start_says_what_is_where(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, port, output):
        said = output.read_text()
    for path in ("/floor", "/kitchen", "/order", "/t/", "/docs", "/asyncapi.json", "/openapi.json"):
        assert f"http://localhost:{port}{path}" in said
    for part in ("log-in", "password"):
        assert part in said
    assert table_in(output)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_everything_that_was_started(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, _, _):
        started = services_in(tmp_path)
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
        assert len(started) == 2
        assert services_in(tmp_path) == []


def test_a_second_start_finds_its_data_again(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, _, output):
        first = table_in(output)
    with serving(tmp_path) as (_, _, output):
        assert table_in(output) == first


def test_the_start_after_a_kill_takes_over_what_was_left_and_finds_its_data(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, _, output):
        first, left = table_in(output), services_in(tmp_path)
        process.kill()
        process.wait()
        with serving(tmp_path) as (_, _, again):
            assert services_in(tmp_path) == left
            assert table_in(again) == first


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port, _):
        until(lambda: len(workers_of(process.pid)) == 2, "two workers")
        victim = workers_of(process.pid)[0]
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in workers_of(process.pid) and len(workers_of(process.pid)) == 2, "a new worker")
        until(lambda: is_ready(port), "ready")


def test_an_interrupt_stops_all_workers(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, _, _):
        until(lambda: len(workers_of(process.pid)) == 2, "two workers")
        workers = workers_of(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
        assert [is_running(pid) for pid in workers] == [False, False]
        assert services_in(tmp_path) == []


def test_workers_whose_parent_was_killed_stop_by_themselves(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, _, _):
        until(lambda: len(workers_of(process.pid)) == 2, "two workers")
        workers = workers_of(process.pid)
        process.kill()
        process.wait()
        until(lambda: not any(is_running(pid) for pid in workers), "no worker left")


def test_a_second_server_on_the_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, _, _):
        second = comanda(tmp_path, "serve", "--port", str(free_port()))
        assert second.returncode == os.EX_CONFIG
        assert second.stderr.strip().splitlines() == [
            f"Another Comanda is using {tmp_path / 'data'} (process {process.pid}). Stop it first, or choose another "
            "data_dir (COMANDA_DATA_DIR)."
        ]


def test_a_port_in_use_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, port, _):
        second = comanda(tmp_path, "serve", "--port", str(port), COMANDA_DATA_DIR=str(tmp_path / "other"))
        assert second.returncode == os.EX_CONFIG
        assert second.stderr.startswith(f"server.port: cannot listen on 127.0.0.1:{port}")
        assert not (tmp_path / "other").exists()


def test_a_wrong_configuration_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("server:\n  prot: 8080\n")
    ended = comanda(tmp_path, "serve")
    assert ended.returncode == os.EX_CONFIG
    assert ended.stderr == "server.prot: there is no option of this name (config.yaml).\n"


def test_an_unreachable_database_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    url = f"mongodb://127.0.0.1:{free_port()}/"
    ended = comanda(tmp_path, "serve", "--port", str(free_port()), COMANDA_MONGODB__URL=url)
    assert ended.returncode == os.EX_CONFIG
    assert "mongodb.url: no MongoDB primary answers" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_check_config_lists_what_holds_and_no_secret(tmp_path: Path) -> None:
    ended = comanda(
        tmp_path,
        "check-config",
        COMANDA_MONGODB__URL="mongodb://user:hush@db/",
        COMANDA_SECRETS__PEPPERS="a:" + "hush" * 9,
        COMANDA_PAYMENTS__STRIPE__SECRET_KEY="sk_test_" + "hush" * 6,
        COMANDA_PAYMENTS__STRIPE__PUBLISHABLE_KEY="pk_test_public",
        COMANDA_PAYMENTS__STRIPE__WEBHOOK_SECRETS="whsec_" + "hush" * 6,
    )
    assert ended.returncode == 0
    assert "server.port" in ended.stdout
    assert "on, with Stripe's" in ended.stdout
    assert "hush" not in ended.stdout


def test_new_secrets_are_what_production_takes(tmp_path: Path) -> None:
    made = dict(line.split("=", 1) for line in comanda(tmp_path, "new-secrets").stdout.splitlines())
    ended = comanda(
        tmp_path,
        "check-config",
        **made,
        COMANDA_ENVIRONMENT="production",
        COMANDA_MONGODB__URL="mongodb://db/",
        COMANDA_SERVER__PUBLIC_URL="https://order.example.com",
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("command", ["asyncapi", "openapi"])
def test_the_documents_of_the_protocol_can_be_printed(tmp_path: Path, command: str) -> None:
    assert command in json.loads(comanda(tmp_path, command).stdout)


def test_help_names_every_command_a_person_needs(tmp_path: Path) -> None:
    said = comanda(tmp_path, "--help").stdout
    for command in ("serve", "demo", "seed", "check-config", "new-secrets", "audit", "menu"):
        assert command in said
    for command in ("asyncapi", "openapi", "version"):
        assert command in said
    assert "worker " not in said
