"""What a check comes to, part by part: one pure function of what is on it."""

from collections.abc import Sequence

from models.check_line import CheckRound
from models.correction import Correction
from models.money import Money, total


def amount_due(rounds: Sequence[CheckRound], corrections: Sequence[Correction], currency: str) -> Money:
    """Return what is to be paid in all."""
    ordered = total((entry.amount for entry in rounds), currency)
    return ordered - total((one.amount for one in corrections), currency)
