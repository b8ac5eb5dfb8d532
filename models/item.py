"""What of the menu is sold out, and of what there is only so much left: the state of one dish or one option.

It is kept apart from the menu, so that a portion that is sold rewrites a few bytes. What has no document here can be
had.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change, Text

MOST_LEFT = 9_999
LONGEST_UNTIL = timedelta(days=7)
REMEMBERED_OPERATIONS = 32


class Availability(StrEnum):
    """Whether a dish or option can be had. OUT is "86"."""

    AVAILABLE = "AVAILABLE"
    OUT = "OUT"


class Item(Aggregate):
    """`item_id` names a dish or an option of the menu.

    `is_out` holds until somebody says otherwise or `until` has come. `left` portions can still be sold, when it is not
    out; None: nobody counts.
    """

    item_id: str
    name: Text = Field(default_factory=dict)
    """As the menu calls it, or called it last."""
    is_out: bool = False
    until: datetime | None = None
    left: int | None = None
    operations: tuple[str, ...] = ()
    """The last operation ids."""

    def can_be_had(self, now: datetime) -> bool:
        """Whether there is any at a moment."""
        return not self._is_out(now) and self.left != 0

    @property
    def is_available(self) -> bool:
        """Whether there was any when it was last written."""
        return not self.is_out and self.left != 0

    def has_done(self, operation_id: str) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations

    def set(
        self,
        state: Availability,
        until: datetime | None,
        left: int | None,
        by: Actor,
        now: datetime,
        operation_id: str,
    ) -> Self:
        """Say that it is sold out, perhaps until a moment, or that there is some, perhaps so many portions.

        What was counted when it was taken out comes back with its count, unless another is given: with none left, it
        would not be back.
        """
        is_out = state is Availability.OUT
        kept = self.left or None if is_out or self.is_out else None
        return self.with_(
            is_out=is_out,
            until=until if is_out else None,
            left=kept if left is None else left,
            operations=(*self.operations, operation_id)[-REMEMBERED_OPERATIONS:],
            change=Change(kind="out" if is_out else "available", by=by, at=now),
        )

    def is_due(self, now: datetime) -> bool:
        """Whether the moment has come until which it was sold out."""
        return self.is_out and not self._is_out(now)

    def back(self, now: datetime) -> Self:
        """The moment has come: it can be had again."""
        return self.with_(is_out=False, until=None, change=Change(kind="available", at=now))

    def named(self, name: Text, now: datetime) -> Self:
        """The menu has another name for it."""
        return self.with_(name=name, change=Change(kind="renamed", at=now))

    def sold(self, portions: int, by: Actor, now: datetime) -> Self:
        """Take portions that are there of what is counted."""
        return self._with_left(-portions, "sold", by, now)

    def given_back(self, portions: int, by: Actor, now: datetime) -> Self:
        """Put portions back that were sold and not cooked."""
        return self._with_left(portions, "given-back", by, now)

    def _with_left(self, more: int, kind: str, by: Actor, now: datetime) -> Self:
        if self.left is None or self.left + more < 0:
            raise ValueError(f"{self.item_id}: {self.left} left and {more} more")
        return self.with_(left=self.left + more, change=Change(kind=kind, by=by, at=now))

    def _is_out(self, now: datetime) -> bool:
        return self.is_out and (self.until is None or now < self.until)
