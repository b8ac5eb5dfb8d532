"""The usual server (Node, Mongoose, socket.io) as a subject: how it is started and how parties sit down there."""

import shutil

from bench.child import ROOT, Child, free_port
from bench.party import PHONES, Choice, Party
from bench.phone import connect_many

USUAL = "Node + Mongoose"
CHOICES = tuple(Choice(f"dish-{number}", ("cream", "chilli")) for number in range(3))


def start(mongo_url: str, tables: int) -> Child:
    """Start it on a database of its own, which it fills with an open session for each table."""
    port = free_port()
    url = mongo_url.replace("/?", "/bench_usual?", 1)
    script = str(ROOT / "bench/node/usual.js")
    return Child(USUAL, [shutil.which("node") or "node", script, str(port), url, str(tables)], port)


async def seat(child: Child, tables: int) -> list[Party]:
    """Connect four phones for each table."""
    auths = [
        {"sessionId": f"session-{table}", "participantId": f"guest-{table}-{seat}"}
        for table in range(tables)
        for seat in range(PHONES)
    ]
    phones = await connect_many(child.port, auths)
    return [Party(phones[at : at + PHONES], CHOICES) for at in range(0, len(phones), PHONES)]
