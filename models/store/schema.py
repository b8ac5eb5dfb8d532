"""Which aggregate lives in which collection, under which indexes, and by which fields it is looked up in groups.

Every index begins with what every filter begins with: the house (`restaurant_id`), but for secrets that name their
house themselves (a table's token, a device's cookie).
"""

from models.base import Aggregate
from models.store.dining_schema import DINING
from models.store.kind import Kind
from models.store.money_schema import MONEY
from models.store.people_schema import PEOPLE

KINDS: dict[type[Aggregate], Kind] = {kind.model: kind for kind in (*DINING, *MONEY, *PEOPLE)}
"""All kinds by their aggregate type."""

BY_COLLECTION: dict[str, Kind] = {kind.collection: kind for kind in KINDS.values()}

HEARTBEATS = "heartbeats"
"""Where each process writes what it must then hear from its own stream."""

COUNTERS = "counters"
"""Numbers shared by all tables of a house, taken before a transaction and never inside one."""

LEASES = "leases"
"""Who does what only one process of all may do at a time."""
