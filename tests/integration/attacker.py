"""A client that says exactly what it is told to, frame by frame, and keeps every byte that it is sent."""

import json
from dataclasses import dataclass, field
from typing import Any, Self

from engine.raw import CLOSE, RawClient


@dataclass
class Attacker:
    """One raw connection in one namespace. Every command gets an ack id of its own; a second ack of it fails."""

    client: RawClient
    namespace: str
    sent: int = 0
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    received: list[str] = field(default_factory=list)

    @classmethod
    async def enter(cls, port: int, namespace: str, auth: dict[str, Any] | None = None) -> Self:
        """Connect and be let in."""
        client = await RawClient.upgrade(port)
        answer = await client.enter(namespace, json.dumps(auth or {}))
        assert answer.startswith(f"40{namespace},"), answer
        return cls(client, namespace)

    async def ask(self, name: str, *arguments: str) -> dict[str, Any]:
        """Send a command with arguments of JSON text (or none) and return its one answer."""
        self.sent += 1
        mine = self.sent
        self.client.send(f"42{self.namespace},{mine}[{','.join([json.dumps(name), *arguments])}]")
        while mine not in self.answers:
            await self._read()
        return self.answers[mine]

    async def hear(self, event: str) -> None:
        """Read until an event comes."""
        while not any(f'["{event}"' in text for text in self.received):
            await self._read()

    async def leave(self) -> None:
        """Say goodbye, read to the end, and require that every command was answered once."""
        self.client.send("1")
        opcode, payload = await self.client.frame()
        while opcode != CLOSE:
            self._take(payload.decode())
            opcode, payload = await self.client.frame()
        self.client.writer.close()
        assert set(self.answers) == set(range(1, self.sent + 1))

    async def _read(self) -> None:
        text = await self.client.text()
        if text == "2":
            self.client.send("3")
        else:
            self._take(text)

    def _take(self, text: str) -> None:
        self.received.append(text)
        prefix = f"43{self.namespace},"
        if text.startswith(prefix):
            number, _, rest = text.removeprefix(prefix).partition("[")
            assert int(number) not in self.answers, f"answered twice: {text}"
            (self.answers[int(number)],) = json.loads(f"[{rest}")
