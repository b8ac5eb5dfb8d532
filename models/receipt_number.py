"""The numbers of receipts: 1, 2, 3 … on each business day of a house, without a gap.

The counter is an aggregate and written in the transaction that gives a check its number: either both are in the
database or none is, so a crash leaves no gap, and of two processes that would take the same number one takes the next.
"""

from models.base import Aggregate


class ReceiptCounter(Aggregate):
    """The last number that was given on one business day (`2026-11-21`)."""

    date: str
    last: int = 0
