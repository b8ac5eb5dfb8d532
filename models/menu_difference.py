"""What one menu has otherwise than another: for the audit log, which has to say who changed which price."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from models.audit import Fact, Facts
from models.base import Value
from models.menu_content import MenuContent

MOST_NAMED = 100
"""Differences that are told one by one; of the others only how many there are."""

LONGEST_FACT = 300


def differences(before: MenuContent, after: MenuContent) -> tuple[Facts, Facts]:
    """Return what has changed, as it was and as it is then, by `dishes/zacusca/price`.

    What was not there, or is not there any more, has its first name on one side and None on the other.
    """
    return between(_entries(before), _entries(after))


def between(was: Mapping[str, Value], now: Mapping[str, Value]) -> tuple[Facts, Facts]:
    """Return what differs between entries, by the name of the entry and that of the field; see `differences`."""
    old: Facts = {}
    new: Facts = {}
    names = [name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)]
    for name in names:
        for field, (one, other) in _of_entry(was.get(name), now.get(name)).items():
            if len(old) == MOST_NAMED:
                return old, {**new, "more": len(names)}
            path = f"{name}/{field}" if field else name
            old[path], new[path] = one, other
    return old, new


def _entries(content: MenuContent) -> dict[str, Value]:
    """Return all entries of a menu by where they are."""
    pricing = content.pricing
    options = [option for group in content.modifier_groups for option in group.options]
    groups = [group.with_(options=()) for group in content.modifier_groups]
    entries: dict[str, Value] = {}
    for kind, found in (
        ("categories", content.categories),
        ("modifier_groups", groups),
        ("options", options),
        ("dishes", content.dishes),
        ("tax_classes", pricing.tax_classes),
    ):
        entries |= _by_id(kind, found)
    entries |= {f"promotions/{one.code}": one for one in pricing.promotions}
    fees = {"service_charge": pricing.service_charge, "delivery_fee": pricing.delivery_fee}
    entries |= {name: fee for name, fee in fees.items() if fee is not None}
    return entries | {"menu": content.with_(categories=(), modifier_groups=(), dishes=(), pricing=type(pricing)())}


def _by_id(kind: str, found: Iterable[Any]) -> dict[str, Value]:
    return {f"{kind}/{one.id}": one for one in found}


def _of_entry(was: Value | None, now: Value | None) -> Mapping[str, tuple[Fact, Fact]]:
    """Return the fields of an entry that differ; under no name the entry itself, if one has it and the other has
    not.
    """
    if was is None or now is None:
        return {"": (_title(was), _title(now))}
    fields = type(was).model_fields
    return {
        name: (_fact(getattr(was, name)), _fact(getattr(now, name)))
        for name in fields
        if getattr(was, name) != getattr(now, name)
    }


def _title(entry: Value | None) -> Fact:
    name = getattr(entry, "name", None)
    return next(iter(name.values()), "") if name else None if entry is None else "there"


def _fact(value: Any) -> Fact:
    if value is None or isinstance(value, str | int | bool):
        return value
    plain = Wrapped(value=value).model_dump(mode="json")["value"]
    return json.dumps(plain, ensure_ascii=False)[:LONGEST_FACT]


class Wrapped(Value):
    """Any value of a menu, to be written as JSON."""

    value: Any
