"""Packets with their text broken, drawn from a seed: by signs that parsers stumble over, and by chance."""

import random

PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ",",
    ":",
    "/",
    "NaN",
    "1e999",
    "\ud800",
    "\0",
    "42",
    "9" * 30,
    "²",
    "\u2028",
    "{" * 50,
]
"""What parsers stumble over."""


def broken(packet: str, chance: random.Random) -> str:
    """Return a packet with some of its text cut, doubled, swapped or replaced."""
    text = list(packet)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                del text[at : at + chance.randrange(1, 8)]
            case 1:
                text.insert(at, chance.choice(PIECES))
            case 2:
                text[at:at] = text[at : at + chance.randrange(1, 20)]
            case _:
                text[at : at + 1] = [chr(chance.randrange(1, 0x250))]
    return "".join(text)
