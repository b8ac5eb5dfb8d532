"""What hostile clients send, drawn from a seed: frames broken in every layer, and commands that are almost right.

The commands come from the registry, so a new one is attacked from its first day.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.breaking import broken
from engine.raw import encode_frame
from integration.misuse import ANY, HIDDEN, NO_NUMBERS, NO_TEXTS, OPERATORS, fields, text

from handlers.registry import Command

PACKETS = [
    '40/table,{"table":"x"}',
    '40/floor,{"accessToken":{"$ne":1}}',
    "40/kitchen,",
    "40/nowhere,{}",
    "41/floor,",
    "41/table,",
    "43/table,7[]",
    '451-/table,["cart:add",{"_placeholder":true,"num":0}]',
    '42["connect",{},{}]',
    '42/floor,["disconnect",{}]',
    "2probe",
    "3",
    "5",
    "6",
    "1",
    "0{}",
]
"""Everything that is no command."""

VALUES = [*ANY.values(), *OPERATORS.values(), *NO_NUMBERS.values(), *NO_TEXTS.values(), *HIDDEN.values()]
ENDS = {"session:leave", "staff:logout"}
"""They would disarm the attacker: who has left can do no more harm."""


@dataclass
class Malice:
    """Draws hostile input for one connection in one namespace."""

    chance: random.Random
    namespace: str
    commands: list[Command]
    examples: Mapping[str, Any]

    def _example(self, name: str) -> Any:
        return self.examples[name] if name in self.examples else self._value()

    def command(self, ack: int) -> str:
        """Return the packet of a command with an ack id: right, almost right, or not right at all."""
        command = self.chance.choice(self.commands)
        names = list(fields(command, self.namespace))
        raw = {name: self._value() for name in names if self.chance.random() < 0.25}
        example = {name: self._example(name) for name in names if self.chance.random() < 0.93}
        if "opId" in example:
            example["opId"] = f"{self.chance.getrandbits(64):016x}"
        if self.chance.random() < 0.05:
            raw[self.chance.choice(["$where", "__proto__", "sessionId", "x" * 300])] = self._value()
        name = command.name if self.chance.random() < 0.97 else self.chance.choice(["cart:steal", "$where", "x" * 400])
        return f"42{self.namespace},{ack}[{json.dumps(name)},{text(example, raw)}]"

    def frame(self, ack: int) -> bytes:
        """Return the bytes of a frame: a broken packet in a good frame, or a broken frame."""
        whole = self.command(ack) if self.chance.random() < 0.6 else self.chance.choice(PACKETS)
        payload = broken(whole, self.chance).encode(errors="surrogatepass")
        kind = self.chance.random()
        if kind < 0.8:
            return encode_frame(payload)
        if kind < 0.9:
            cut = self.chance.randrange(len(payload) + 1)
            is_last = self.chance.random() < 0.9
            return encode_frame(payload[:cut], fin=False) + encode_frame(payload[cut:], 0, fin=is_last)
        if kind < 0.95:
            return encode_frame(
                payload[: self.chance.randrange(126)],
                self.chance.randrange(16),
                fin=self.chance.random() < 0.8,
                rsv=self.chance.choice([0, 0, 0, 1, 4]),
                masked=self.chance.random() < 0.9,
            )
        if kind < 0.98:
            return encode_frame(self.chance.randbytes(self.chance.randrange(300)))
        if kind < 0.985:
            return encode_frame(b"4" * self.chance.randrange(16_000, 70_000))
        return self.chance.randbytes(self.chance.randrange(1, 40))

    def _value(self) -> str:
        if self.chance.random() < 0.8:
            return self.chance.choice(VALUES)
        return json.dumps(self._json(self.chance.randrange(10)))

    def _json(self, depth: int) -> Any:
        match self.chance.randrange(6) if depth else 0:
            case 0 | 1:
                return self.chance.choice([None, True, 0, -1, 2**63, 0.1, "", "ș", "$ne", "\u202e", "\0"])
            case 2 | 3:
                return [self._json(depth - 1) for _ in range(self.chance.randrange(4))]
            case _:
                return {self.chance.choice(["$ne", "a", "id", ""]): self._json(depth - 1) for _ in range(3)}
