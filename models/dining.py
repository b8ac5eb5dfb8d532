"""How a meal reaches the guest: what is offered, what it costs and how it is taxed depend on it."""

from enum import StrEnum


class DiningOption(StrEnum):
    """At the table, to take away, or brought home."""

    DINE_IN = "DINE_IN"
    TAKE_OUT = "TAKE_OUT"
    DELIVERY = "DELIVERY"
