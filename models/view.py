"""What clients see of the aggregates. Every view has `id` and `version`; nothing secret (PIN, device, key) has a
field in one.

A view is built field by field: a new field of an aggregate is private until someone adds it to its view.
"""

from typing import Any, ClassVar, TypeVar, cast

from models.base import Aggregate, Value

V = TypeVar("V", bound="View")


class View(Value):
    """A small aggregate as a client keeps it: the highest version of each id counts."""

    fields: ClassVar[tuple[str, ...]] = ()

    id: str
    version: int

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        cls.fields = tuple(cls.model_fields)


def show(view: type[V], aggregate: Aggregate, **instead: Any) -> V:
    """Copy the fields that a view has, without validating anew what is valid already."""
    shown = {name: getattr(aggregate, name) for name in view.fields if name not in instead}
    return cast("V", view.model_construct(**shown, **instead))
