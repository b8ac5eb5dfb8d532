"""`python -m bench`: measure, print one table, stop. Exits 0 whatever the figures are."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop
from rich.console import Console

from bench.child import ROOT
from bench.ordering import OrderingRows
from bench.reports import ReportRows
from bench.returning import ReturningRows
from bench.rounds import Effort
from bench.sms import SmsRows
from bench.sockets import SocketRows, competitors
from bench.table import Row, save, show
from server import embedded

GROUPS = ("echo", "rooms", "idle", "commands", "sessions", "stored", "sync", "reports", "sms", "start")
BESIDE_NODE = frozenset({"echo", "rooms", "idle", "commands"})
CACHE_MB = 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Comanda against its peers.")
    parser.add_argument("--quick", action="store_true", help="prove in under a minute that the bench works")
    parser.add_argument("--only", choices=GROUPS, action="append", help="measure this group only (may be repeated)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each competitor (at least 3 to count)")
    parser.add_argument("--orders", type=int, default=200_000, help="stored orders in the row of many orders")
    parser.add_argument("--past-orders", type=int, default=1_000_000, help="stored orders in the rows of reports")
    parser.add_argument("--stock", action="store_true", help="measure python-socketio as it comes, too")
    parser.add_argument("--save", type=Path, help="write the table to this file, too (.json or .md)")
    return parser.parse_args()


def _install_peers() -> None:
    """Install the Node peers by their lock file, once. Raises `SystemExit` where that is impossible."""
    folder = ROOT / "bench/node"
    lock, installed = folder / "package-lock.json", folder / "node_modules/.package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    if shutil.which("npm") is None:
        raise SystemExit("The bench compares with Node servers: it needs node and npm on the PATH.")
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)


async def _measure(
    arguments: argparse.Namespace, services: embedded.Services, folder: Path
) -> tuple[list[Row], list[str]]:
    effort = (
        Effort(rounds=1, seconds=0.3, scale=0.1, stored_orders=2_000, past_orders=5_000)
        if arguments.quick
        else Effort(rounds=arguments.rounds, stored_orders=arguments.orders, past_orders=arguments.past_orders)
    )
    sockets = SocketRows(effort, competitors(arguments.stock))
    ordering = OrderingRows(effort, services, folder)
    measures: dict[str, Callable[[], Awaitable[list[Row]]]] = {
        "echo": sockets.echo,
        "rooms": sockets.rooms,
        "idle": sockets.idle,
        "commands": ordering.commands,
        "sessions": ordering.sessions,
        "stored": ordering.stored,
        "sync": ReturningRows(effort, services, folder).sync,
        "reports": ReportRows(effort, services, folder).reports,
        "sms": SmsRows(effort, services, folder).sms,
        "start": ordering.start,
    }
    begun, load = time.monotonic(), os.getloadavg()[0]
    rows: list[Row] = []
    for name in arguments.only or GROUPS:
        print(f"{time.monotonic() - begun:5.0f} s  measuring: {name}", file=sys.stderr, flush=True)
        rows += await measures[name]()
    notes = [
        f"medians of {effort.rounds} interleaved rounds in one run of {time.monotonic() - begun:.0f} s; "
        f"µs are CPU of the server process, user and system; {os.cpu_count()} cores, load at the start {load:.1f}",
    ]
    if sockets.client_share:
        notes.append(f"in the socket rows the load client was busy at most {sockets.client_share:.0%} of one core")
    if arguments.quick:
        notes.append("a quick run proves that the bench works; its figures mean nothing")
    return rows, notes


def main() -> None:
    """Run the bench."""
    arguments = _arguments()
    if BESIDE_NODE.intersection(arguments.only or GROUPS):
        _install_peers()
    with tempfile.TemporaryDirectory(prefix="comanda-bench-") as folder:
        place = Path(folder)
        with embedded.running(place / "services", cache_mb=CACHE_MB) as services:
            rows, notes = uvloop.run(_measure(arguments, services, place))
    show(rows, notes, Console(width=None if sys.stdout.isatty() else 140))
    if arguments.save:
        save(rows, notes, arguments.save)


if __name__ == "__main__":
    main()
