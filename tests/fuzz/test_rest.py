"""What a program that has only read `/openapi.json` makes up, against a real server: Schemathesis in all its phases.

About 2,000 cases in continuous integration, 100,000 with PROVE=1. `FUZZ_SEED` plays a run again.
"""

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import PIPE, STDOUT
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from integration.customers import Caller, proved
from integration.house import start_installation

from models.customer_session import TOKEN_PURPOSE, CustomerSession
from models.store.codec import from_document
from server.csrf import PURPOSE

PROVE = bool(os.environ.get("PROVE"))
EXAMPLES = 1_000 if PROVE else 150
"""Cases of each call in the phase that makes them up; the others add theirs."""

CASES = 100_000 if PROVE else 1_500
"""At least so many; a run of all phases makes about 2,000."""

ANSWERED = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance"
)
"""What must hold of every answer, whatever the head of its call was."""

ALL_PHASES = dict.fromkeys(("examples", "coverage", "fuzzing", "stateful"), "success")

pytestmark = pytest.mark.timeout(0 if PROVE else 300)

HOOKS = Path(__file__).with_name("checkout_hooks.py")

# A body may be what its schema says and still be none: JSON Schema knows no counties, nor which characters people type.
# What is refused may be nothing else: not a fault, nor who asks, since everybody who asks is known.
CONFIGURATION = """
seed = {seed}
continue-on-failure = true
max-failures = 20
hooks = "{hooks}"
[generation]
max-examples = {examples}
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "429"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "404", "405", "413", "415", "429"]
[reports.json]
path = "{report}"
"""


class Tokens:
    """Gives out tokens of one customer, each of a session of its own."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; returns where."""
        site = web.Application()
        site.router.add_get("/", self._give)
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}/"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _give(self, request: web.Request) -> web.Response:
        house = self.caller.house
        app = house.apps[0]
        found = await app.store.collection(CustomerSession).find_one({"_id": self.caller.session_id})
        assert found is not None
        work = app.store.begin(house.restaurant.id, house.clock.monotonic() + 5)
        session = work.add(from_document(CustomerSession, found).with_(id=house.clock.new_id(), generation=1))
        await work.commit()
        token = app.vault.sign(TOKEN_PURPOSE, house.restaurant.id, session.id, "1")
        return web.Response(text=f"{token} {app.vault.sign(PURPOSE, session.id)}")


@dataclass
class Run:
    """What Schemathesis reported, and what it printed."""

    report: dict[str, Any]
    said: str


async def test_whatever_the_document_allows_is_answered_as_it_says_and_nothing_else_is_accepted(
    mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    seed = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"\nFUZZ_SEED={seed}")
    limits = {"addresses": 1_000, "checkout_token_seconds": 86_400}
    installation = await start_installation(mongo_url, redis_url, servers=1, database="fuzz_rest", limits=limits)
    tokens = Tokens(await proved(await installation.new_house()))
    cases = 0
    try:
        where = await tokens.start()
        while cases < CASES:
            run = await _run(seed, tokens, where, tmp_path, EXAMPLES)
            assert run.report["failures"] == run.report["errors"] == [], run.said
            assert {name: one["status"] for name, one in run.report["phases"].items()} == ALL_PHASES, run.said
            # It came past the door: addresses were added.
            assert run.report["valid_rates"]["POST /api/checkout/addresses"]["fuzzing"]["accepted"], run.said
            cases, seed = cases + run.report["test_cases"]["generated"], seed + 1
            print(f"{cases} cases")
        run = await _run(seed, tokens, where, tmp_path, EXAMPLES // 10, as_browser=True)
        assert run.report["failures"] == run.report["errors"] == [], run.said
        # The cookie and its proof counted: sessions were ended.
        assert run.report["valid_rates"]["DELETE /api/checkout/session"]["fuzzing"]["accepted"], run.said
        assert run.report["test_cases"]["generated"] > 100
    finally:
        await tokens.stop()
        await installation.stop()


async def _run(seed: int, tokens: Tokens, where: str, folder: Path, examples: int, *, as_browser: bool = False) -> Run:
    """Run all phases once; as a browser only what is made up, with a cookie and hostile heads: what is right may be
    refused for its head then, but nothing is a fault, and all that is answered is in the document.
    """
    report, configuration = folder / "report.json", folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.format(seed=seed, hooks=HOOKS, examples=examples, report=report))
    house = tokens.caller.house
    environment = os.environ | {"COMANDA_FUZZ_TOKENS": where, "COMANDA_FUZZ_HOUSE": house.restaurant.id}
    environment |= {"COMANDA_FUZZ_COOKIE": "1" if as_browser else ""}
    phases = ("--phases", "fuzzing") if as_browser else ()
    checks = ANSWERED if as_browser else "all"
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("st"),
        "--config-file",
        str(configuration),
        "run",
        f"{house.installation.addresses[0]}/openapi.json",
        *("--include-path-regex", "^/api/checkout/", "--checks", checks, *phases),
        env=environment,
        cwd=folder,
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await process.communicate()
    assert report.exists(), said.decode()
    return Run(json.loads(report.read_text()), said.decode())
