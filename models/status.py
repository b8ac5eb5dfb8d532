"""States of a line on its way from the cart to the table; shared by orders and tickets."""

from enum import StrEnum


class LineStatus(StrEnum):
    """`SERVED` and `CANCELLED` are final for the kitchen."""

    NEW = "NEW"
    IN_PROGRESS = "IN_PROGRESS"
    READY = "READY"
    SERVED = "SERVED"
    CANCELLED = "CANCELLED"
