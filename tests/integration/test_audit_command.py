"""`comanda audit verify` as an operator runs it: a process of its own, beside a database that servers use."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from models.chain import ChainHead, anchor_line, seal

KEY = "k" * 32
KEYS = {"a1": KEY.encode()}
DATABASE = "audit_command"


@pytest.fixture
def database(mongo_url: str) -> Iterator[Any]:
    """Two houses with five sealed entries each."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, w="majority", tz_aware=True)
    client.drop_database(DATABASE)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    for house in ("house-a", "house-b"):
        previous = "0" * 64
        for number in range(1, 6):
            entry = {"_id": f"{house}-{number}", "restaurant_id": house, "at": at, "act": "login"}
            made = seal(entry, number, previous, KEYS)
            client[DATABASE]["audit"].insert_one(entry | {"seal": made.model_dump()})
            previous = made.hash
        head = {"_id": house, "restaurant_id": house, "version": 5, "number": 5, "hash": previous, "fence": 1, "at": at}
        client[DATABASE]["audit_chains"].insert_one(head)
    yield client[DATABASE]
    client.drop_database(DATABASE)
    client.close()


def verify(folder: Path, mongo_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("COMANDA_")}
    options = {
        "COMANDA_DATA_DIR": str(folder / "data"),
        "COMANDA_MONGODB__URL": mongo_url,
        "COMANDA_MONGODB__DATABASE": DATABASE,
        "COMANDA_SECRETS__PEPPERS": f"p1:{KEY}",
        "COMANDA_SECRETS__TOKEN_KEYS": f"t1:{KEY}",
        "COMANDA_SECRETS__AUDIT_KEYS": f"a1:{KEY}",
        "COMANDA_SECRETS__ENCRYPTION_KEYS": f"e1:{KEY}",
        "COMANDA_SECRETS__INDEX_KEYS": f"i1:{KEY}",
    }
    command = [sys.executable, "-m", "server", "audit", "verify", *words]
    return subprocess.run(
        command, cwd=folder, env=mine | options, capture_output=True, text=True, timeout=30, check=False
    )


def anchored(database: Any, folder: Path, house: str) -> Path:
    """Note the head of a house in a file, as the sealer does."""
    document = database["audit_chains"].find_one({"_id": house})
    head = ChainHead.model_validate({**{k: v for k, v in document.items() if k != "_id"}, "id": house})
    path = folder / "copy.jsonl"
    path.write_text(anchor_line(head, datetime.now(UTC), KEYS) + "\n")
    return path


def test_a_whole_log_is_verified_and_the_command_succeeds(database: Any, mongo_url: str, tmp_path: Path) -> None:
    ended = verify(tmp_path, mongo_url)
    assert ended.returncode == 0, ended.stderr
    assert "house house-a: 5 entries verified, nothing is wrong." in ended.stdout
    assert "10 entries of 2 houses verified: all is whole." in ended.stdout
    assert "There is no anchor file" in ended.stdout


def test_the_first_bad_entry_is_named_and_the_command_fails(database: Any, mongo_url: str, tmp_path: Path) -> None:
    database["audit"].update_one({"_id": "house-b-3"}, {"$set": {"act": "logout"}})
    ended = verify(tmp_path, mongo_url)
    assert ended.returncode == 1
    assert "house house-a: 5 entries verified, nothing is wrong." in ended.stdout
    line = next(line for line in ended.stdout.splitlines() if "house-b" in line)
    assert "2 entries verified, first bad entry: number 3, id house-b-3, act logout, at " in line
    assert "its content was changed" in line
    assert "10 entries" not in ended.stdout
    assert verify(tmp_path, mongo_url, "--restaurant", "house-a").returncode == 0


def test_a_house_of_which_nothing_is_left_is_told_by_a_copy_of_the_anchors(
    database: Any, mongo_url: str, tmp_path: Path
) -> None:
    path = anchored(database, tmp_path, "house-a")
    assert verify(tmp_path, mongo_url, "--anchors", str(path)).returncode == 0
    database["audit"].delete_many({"restaurant_id": "house-a"})
    database["audit_chains"].delete_one({"_id": "house-a"})
    assert verify(tmp_path, mongo_url).returncode == 0
    ended = verify(tmp_path, mongo_url, "--anchors", str(path))
    assert ended.returncode == 1
    assert "house house-a: 0 entries verified, first bad entry: number 1: the entries" in ended.stdout


def test_anchors_that_are_not_ours_are_refused(database: Any, mongo_url: str, tmp_path: Path) -> None:
    path = anchored(database, tmp_path, "house-a")
    path.write_text(path.read_text().replace('"number":5', '"number":4'))
    ended = verify(tmp_path, mongo_url, "--anchors", str(path))
    assert ended.returncode == 1
    assert "copy.jsonl, line 1" in ended.stdout


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    ended = verify(tmp_path, "mongodb://127.0.0.1:1/?replicaSet=rs&serverSelectionTimeoutMS=300")
    assert ended.returncode == os.EX_CONFIG
    assert ended.stderr.strip().count("\n") == 0
    assert "Traceback" not in ended.stderr
