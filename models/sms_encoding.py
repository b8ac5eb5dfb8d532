"""How a text travels in a mobile network: in which alphabet, and in how many parts (3GPP TS 23.038 and 23.040).

A part holds 160 letters of the network's own 7-bit alphabet, or 70 of any other. One letter outside that alphabet makes
the whole text one of 70, so a text is written with plain letters where that saves parts.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of TS 23.038, section 6.2.1, but for the escape."""

EXTENDED = frozenset("\f^{}\\[~]|€")
"""Its extension: each of these takes two places, and both stand in the same part."""

PLAIN = {
    "„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "−": "-",
    "…": "...", "•": "-", "×": "x", "Đ": "D", "đ": "d", "ł": "l", "Ł": "L", "ı": "i",
}  # fmt: skip
"""What people take for the same and Unicode does not decompose."""


class Alphabet(StrEnum):
    """What the parts of a text are written in."""

    GSM_7 = "GSM_7"
    UCS_2 = "UCS_2"


SINGLE = {Alphabet.GSM_7: 160, Alphabet.UCS_2: 70}
"""Places in a text of one part."""

JOINED = {Alphabet.GSM_7: 153, Alphabet.UCS_2: 67}
"""Places in each of several parts: a header takes the others."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as it is sent, and what it costs: an operator counts parts, not texts."""

    text: str
    alphabet: Alphabet
    parts: int


def encoded(text: str) -> Encoded:
    """Return a text as it is sent: with plain letters (`ș` as `s`) where that makes fewer parts, else as it is."""
    composed = unicodedata.normalize("NFC", text)
    own = _counted(composed)
    if own.alphabet is Alphabet.GSM_7:
        return own
    plain = _counted("".join(_plain(letter) for letter in composed))
    return plain if plain.alphabet is Alphabet.GSM_7 and plain.parts < own.parts else own


def _counted(text: str) -> Encoded:
    alphabet = Alphabet.GSM_7 if all(one in BASIC or one in EXTENDED for one in text) else Alphabet.UCS_2
    places = [_places(letter, alphabet) for letter in text]
    if sum(places) <= SINGLE[alphabet]:
        return Encoded(text, alphabet, 1)
    return Encoded(text, alphabet, _parts(places, JOINED[alphabet]))


def _places(letter: str, alphabet: Alphabet) -> int:
    """Return how many places a letter takes: an extended one two, and in UCS-2 one beyond the first 65,536 two."""
    if alphabet is Alphabet.GSM_7:
        return 2 if letter in EXTENDED else 1
    return 2 if ord(letter) > 0xFFFF else 1


def _parts(places: Iterable[int], most: int) -> int:
    """Return how many parts hold letters of these sizes: none is cut in two."""
    parts, used = 1, 0
    for size in places:
        if used + size > most:
            parts, used = parts + 1, 0
        used += size
    return parts


def _plain(letter: str) -> str:
    """Return what a letter is without its marks, if the alphabet has that; else the letter."""
    if letter in BASIC or letter in EXTENDED:
        return letter
    bare = PLAIN.get(letter) or "".join(
        one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one)
    )
    return bare if bare and all(one in BASIC or one in EXTENDED for one in bare) else letter
