"""A menu as a file that a person can edit and hand in again: what it says is read back as it was."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from models.base import Value
from models.dish import Dish, ModifierGroup, Option
from models.hours import EVERY_DAY
from models.menu_content import MenuContent
from models.pricing import Pricing, Promotion, TaxClass
from server.menu_entry import INHERITED, percent_text, price_text
from server.menu_yaml import Flow, FlowList, written

PRICES = {"price", "amount", "free_from", "most", "from_amount"}
RATES = {"rate", "percent"}
ORDER = (
    *("id", "code", "name", "description", "price", "prices", "course", "stations", "modifier_groups", "tax_class"),
    *("dining_options", "hours", "prep_minutes", "min_select", "max_select", "defaults", "allergens", "diets"),
)
"""In which order the fields of an entry are written; the others follow as they are declared."""


def menu_text(content: MenuContent, title: str) -> str:
    """Return a menu as the text of a file; `title` says in its first line what it is."""
    said: dict[str, Any] = {"currency": content.currency, "languages": FlowList(content.languages)}
    blocks = [written(said)]
    writer = _Writer(content.currency)
    for name, part in (
        ("pricing", writer.pricing(content.pricing)),
        ("modifier_groups", [writer.group(one) for one in content.modifier_groups]),
        ("categories", writer.categories(content)),
        ("dishes", writer.strays(content)),
    ):
        if part:
            blocks.append(written({name: part}).replace("\n  - id:", "\n\n  - id:").replace(":\n\n", ":\n", 1))
    return f"# {title}\n" + "\n".join(blocks)


class _Writer:
    """Writes the entries of one menu."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def categories(self, content: MenuContent) -> list[dict[str, Any]]:
        """Return the headings with their dishes; what most dishes of a heading have stands at the heading."""
        found = []
        for category in content.categories:
            dishes = [dish for dish in content.dishes if dish.category_id == category.id]
            common = {name: _most_common(getattr(dish, name) for dish in dishes) for name in INHERITED if dishes}
            entry = self._fields(category, {})
            entry |= {name: _plain(one) for name, one in common.items() if one != _default(Dish, name)}
            if dishes:
                entry["dishes"] = [self._dish(dish, common) for dish in dishes]
            found.append(entry)
        return found

    def strays(self, content: MenuContent) -> list[dict[str, Any]]:
        """Return the dishes of a draft whose heading is not there."""
        known = {category.id for category in content.categories}
        dishes = [dish for dish in content.dishes if dish.category_id not in known]
        return [{"id": dish.id, "category": dish.category_id} | self._dish(dish, {}) for dish in dishes]

    def group(self, group: ModifierGroup) -> dict[str, Any]:
        """Return a group with its options, each on one line."""
        entry = self._fields(group, {})
        return entry | {"options": [self._option(one) for one in group.options]}

    def pricing(self, pricing: Pricing) -> dict[str, Any]:
        """Return taxes, fees and promotions."""
        parts: dict[str, Any] = {
            "tax_classes": [self._tax_class(one) for one in pricing.tax_classes],
            "service_charge": pricing.service_charge and self._fields(pricing.service_charge, {}),
            "delivery_fee": pricing.delivery_fee and self._fields(pricing.delivery_fee, {}),
            "promotions": [self._promotion(one) for one in pricing.promotions],
        }
        return {name: part for name, part in parts.items() if part}

    def _dish(self, dish: Dish, common: dict[str, Any]) -> dict[str, Any]:
        entry = self._fields(dish, common)
        entry.pop("category_id")
        if dish.prices:
            entry["prices"] = Flow((str(one), price_text(price, self._currency)) for one, price in dish.prices.items())
        return entry

    def _option(self, option: Option) -> Flow:
        return Flow(self._fields(option, {}))

    def _tax_class(self, tax_class: TaxClass) -> dict[str, Any]:
        rates = {str(name): Flow(self._fields(rate, {})) for name, rate in tax_class.rates.items()}
        return self._fields(tax_class, {}) | ({"rates": rates} if rates else {})

    def _promotion(self, promotion: Promotion) -> dict[str, Any]:
        return self._fields(promotion, {})

    def _fields(self, entry: Value, inherited: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of an entry that differ from what they would be if nothing was said."""
        model = type(entry)
        names = sorted(model.model_fields, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
        fields: dict[str, Any] = {}
        for name in names:
            value = getattr(entry, name)
            if name in ("options", "rates", "prices"):
                continue
            unsaid = inherited[name] if name in inherited else _default(model, name)
            if value == unsaid and not model.model_fields[name].is_required():
                continue
            if value == unsaid and name in inherited:
                continue
            fields[name] = self._value(name, value)
        return fields

    def _value(self, name: str, value: Any) -> Any:
        if value is not None and name in PRICES:
            return price_text(value, self._currency)
        if value is not None and name in RATES:
            return percent_text(value)
        return [_window(one) for one in value] if name == "hours" and value else _plain(value)


def _window(window: Any) -> Flow:
    days = {} if window.days == EVERY_DAY else {"days": FlowList(str(day) for day in window.days)}
    return Flow({**days, "opens": window.opens, "closes": window.closes})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return FlowList(str(one) for one in value)
    if isinstance(value, dict):
        return Flow(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)


def _default(model: type[Value], name: str) -> Any:
    return model.model_fields[name].get_default(call_default_factory=True)


def _most_common(values: Iterable[Any]) -> Any:
    return Counter(values).most_common(1)[0][0]
