"""What docs/sms-phone.md and `comanda sms-phone` promise: the example of the page is a phone that works, its bytes are
right, and the command shows what the house has it send.
"""

import asyncio
import os
import re
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from comanda_client import sms_phone
from integration.house import PASSWORD, House
from integration.sms_jobs import CODE, NOTICE, TEXT, queue, stored, until
from integration.sms_phone import enrol

from models import sms_proof
from models.sms import MessageStatus

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sms-phone.md"
EXAMPLE = ROOT / "docs" / "examples" / "sms_phone.py"
SECONDS = 15.0


@dataclass
class Program:
    """A program that was started, and what it has printed."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    async def until(self, words: str) -> str:
        """Wait for a line with some words; returns it."""
        assert self.process.stdout is not None
        async with asyncio.timeout(SECONDS):
            while line := (await self.process.stdout.readline()).decode():
                self.lines.append(line)
                if words in line:
                    return line
        raise AssertionError("".join(self.lines))


@asynccontextmanager
async def running(*words: str, typed: str = "") -> AsyncIterator[Program]:
    """Run a program; it is killed at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMANDA_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(typed.encode())
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


# ── the example of the page ───────────────────────────────────────────────────────────────────────────────────────────


async def test_the_example_pairs_sends_is_killed_and_sends_again(house: House, tmp_path: Path) -> None:
    journal, code = tmp_path / "phone.json", (await enrol(house))["code"]
    phone = (str(EXAMPLE), house.installation.addresses[0], str(journal))
    first = await queue_when_paired(house, phone, code)
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert TEXT not in journal.read_text()
    second = await queue(house, NOTICE, number=1)
    assert (await stored(house, second)).status is MessageStatus.QUEUED
    async with running(*phone) as program:
        assert await program.until("SMS to") == f"SMS to +40722000001: {TEXT}\n"
        await until(house, second, MessageStatus.SENT)
    assert first != second


async def queue_when_paired(house: House, phone: tuple[str, ...], code: str) -> str:
    """Have the example pair and send a code, then kill it; returns the message."""
    async with running(*phone, code) as program:
        async with asyncio.timeout(SECONDS):
            while not Path(phone[2]).exists():  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)
        message_id = await queue(house, CODE)
        assert await program.until("SMS to") == f"SMS to +40722000000: {TEXT}\n"
        await until(house, message_id, MessageStatus.SENT)
    await asyncio.sleep(0.3)
    return message_id


def test_the_example_is_as_short_as_the_page_says() -> None:
    text = EXAMPLE.read_text().partition('"""')[2].partition('"""')[2]
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= 80


# ── the bytes of the page ─────────────────────────────────────────────────────────────────────────────────────────────


def vectors() -> list[dict[str, str]]:
    """Return the worked examples of the page: rows of a table, by their first cell."""
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE.read_text(), re.MULTILINE)
    return [{name: cells[number] for name, *cells in rows} for number in range(2)]


@pytest.mark.parametrize("number", [0, 1])
def test_the_bytes_of_the_page_are_right(number: int) -> None:
    vector = vectors()[number]
    secret, challenge = vector["secret"], vector["challenge"]
    assert sms_proof.stored_key(secret) == vector["storedKey"]
    assert sms_proof.proof(secret, challenge) == sms_phone.proof(secret, challenge) == vector["proof"]
    assert sms_proof.is_proof(vector["storedKey"], challenge, vector["proof"])


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def command(house: House, folder: Path, *words: str) -> list[str]:
    """Return how the command is called, as a phone with a radio that takes no time."""
    address = house.installation.addresses[0]
    fixed = ["--server", address, "--state", str(folder / "state.json"), "--send-seconds", "0"]
    return ["-m", "server", "sms-phone", *fixed, *words]


async def test_the_command_pairs_by_a_code_and_shows_what_it_sends(house: House, tmp_path: Path) -> None:
    code = (await enrol(house, name="Drawer"))["code"]
    async with running(*command(house, tmp_path, "--code", code)) as program:
        assert "“Drawer”" in await program.until("The house knows this phone")
        message_id = await queue(house)
        assert f"SMS to +40722000000 (card 0): {TEXT}" in await program.until("SMS to")
        await until(house, message_id, MessageStatus.DELIVERED)
        program.process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(program.process.wait(), SECONDS) == 0
    async with running(*command(house, tmp_path)) as program:
        await program.until("The house knows this phone")


async def test_the_command_is_taken_in_by_a_manager_who_logs_in(house: House, tmp_path: Path) -> None:
    words = ["--login", house.login_of("MANAGER"), "--house", house.restaurant.id, "--name", "Desk", "--two-sims"]
    async with running(*command(house, tmp_path, *words), typed=f"{PASSWORD}\n") as program:
        assert "“Desk”" in await program.until("The house knows this phone")
        await queue(house)
        await program.until("SMS to")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--code", "AAAA-AAAA"], "PAIRING_REFUSED"),
        (["--server", "http://127.0.0.1:9"], "is not paired"),
        (["--server", "http://127.0.0.1:9", "--code", "AAAA-AAAA"], "No server answers"),
    ],
)
async def test_the_command_says_in_a_sentence_why_not(
    house: House, tmp_path: Path, words: list[str], said: str
) -> None:
    async with running(*command(house, tmp_path, *words)) as program:
        assert "Traceback" not in await program.until(said)
        assert await asyncio.wait_for(program.process.wait(), SECONDS) == os.EX_CONFIG
