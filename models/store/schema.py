"""Which aggregate lives in which collection, under which indexes, and by which fields it is looked up in groups.

Every index begins with what every filter begins with: the house (`restaurant_id`), but for secrets that name their
house themselves (a table's token, a device's cookie).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from models.alarm import Alarm
from models.allowance import Allowance
from models.audit import AuditEntry
from models.base import Aggregate
from models.cart import Cart
from models.chain import ChainHead
from models.challenge import OtpChallenge
from models.check import Check
from models.customer import Customer
from models.customer_session import CustomerSession
from models.delivery_plan import DeliveryPlan
from models.device import Device
from models.house import Restaurant, Table
from models.item import Item
from models.menu import Menu
from models.menu_draft import MenuDraft
from models.message_budget import MessageBudget, PhoneBudget
from models.order import Order
from models.payment import Payment, ProviderEvent
from models.pin import AttemptLimit
from models.promotion import PromotionCount
from models.receipt_number import ReceiptCounter
from models.report import PeriodSums
from models.service import ServiceRequest
from models.session import TableSession
from models.slot import SlotLoad
from models.sms import SmsMessage
from models.sms_phone import SmsPhone
from models.staff import Staff, StaffSession
from models.station import Station
from models.store.accounting import HAS_HAPPENED
from models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Group:
    """Aggregates that are read together: those of one value of `field`, and (with `where`) in one state."""

    name: str
    field: str
    where: tuple[str, str | bool | None] | None = None
    is_global: bool = False
    """The value alone names the house (a 128-bit token)."""

    def key_in(self, restaurant_id: str, value: str) -> str:
        """Return the key of a house's group of a value: two houses may both have a waiter `ana`."""
        return value if self.is_global else f"{restaurant_id}/{value}"

    def key(self, document: Mapping[str, Any]) -> str | None:
        """Return the key of the group that a document is in, None when it is in none."""
        if self.where and document.get(self.where[0]) != self.where[1]:
            return None
        return self.key_ever(document)

    def key_ever(self, document: Mapping[str, Any]) -> str | None:
        """Return the key of the group that a document is in when it is in the right state, or was."""
        value = document.get(self.field)
        return self.key_in(document.get("restaurant_id", ""), value) if isinstance(value, str) else None

    def filter(self, restaurant_id: str, key: str) -> dict[str, Any]:
        """Return the query for one key."""
        query: dict[str, Any] = {} if self.is_global else {"restaurant_id": restaurant_id}
        query[self.field] = key
        if self.where:
            query[self.where[0]] = self.where[1]
        return query


@dataclass(frozen=True, slots=True)
class Kind:
    """One aggregate type: its collection, its groups by name, its indexes."""

    model: type[Aggregate]
    collection: str
    groups: Mapping[str, Group]
    indexes: tuple[IndexModel, ...] = ()
    is_followed: bool = True
    """Whether processes listen to its changes."""
    is_acted_on: bool = False
    """Whether every process wants to hear of each change, whoever is connected to it."""


def _kind(
    model: type[Aggregate],
    collection: str,
    *groups: Group,
    indexes: tuple[IndexModel, ...] = (),
    followed: bool = True,
    acted_on: bool = False,
) -> Kind:
    return Kind(model, collection, {group.name: group for group in groups}, indexes, followed, acted_on)


def _index(*fields: str, **options: Any) -> IndexModel:
    return IndexModel([(f.lstrip("-"), DESCENDING if f.startswith("-") else ASCENDING) for f in fields], **options)


_OPEN = {"status": "OPEN"}
_UNSEEN = {"is_shown": True, "seen_at": None}
_UNFINISHED = {"is_finished": False}
_OF_CUSTOMER = {"customer_id": {"$gt": ""}}
"""An equality proves it, as it does not prove a `$type`: so what asks for one customer's can use the index."""

KINDS: dict[type[Aggregate], Kind] = {
    kind.model: kind
    for kind in (
        _kind(Restaurant, "restaurants"),
        _kind(
            Menu,
            "menus",
            Group("house", "restaurant_id"),
            indexes=(_index("restaurant_id", unique=True),),
            acted_on=True,
        ),
        _kind(
            MenuDraft, "menu_drafts", Group("house", "restaurant_id"), indexes=(_index("restaurant_id", unique=True),)
        ),
        _kind(
            Item,
            "items",
            Group("house", "restaurant_id"),
            indexes=(_index("restaurant_id", "item_id", unique=True, name="one_item"),),
            acted_on=True,
        ),
        _kind(
            Station,
            "stations",
            Group("house", "restaurant_id"),
            indexes=(_index("restaurant_id", "code", unique=True),),
        ),
        _kind(
            Table,
            "tables",
            Group("house", "restaurant_id"),
            Group("token", "token", is_global=True),
            indexes=(_index("token", unique=True), _index("restaurant_id", "name", unique=True)),
        ),
        _kind(
            TableSession,
            "table_sessions",
            Group("open", "restaurant_id", ("status", "OPEN")),
            Group("table", "table_id", ("status", "OPEN")),
            indexes=(
                _index(
                    "restaurant_id", "table_id", unique=True, partialFilterExpression=_OPEN, name="one_open_per_table"
                ),
                _index("restaurant_id", "status", "-opened_at"),
                _index("participants.device", partialFilterExpression=_OPEN, name="open_by_device"),
                _index(
                    "restaurant_id", "closed_at", partialFilterExpression={"closed_at": HAS_HAPPENED}, name="closed"
                ),
                _index(
                    "restaurant_id",
                    "idle_since",
                    partialFilterExpression={"idle_since": {"$type": "date"}},
                    name="idle_sessions",
                ),
            ),
        ),
        _kind(
            Cart,
            "carts",
            Group("session", "session_id"),
            indexes=(
                _index("restaurant_id", "session_id"),
                _index("restaurant_id", "is_closed", partialFilterExpression={"is_closed": False}, name="open_carts"),
            ),
        ),
        _kind(
            Order,
            "orders",
            Group("session", "session_id"),
            Group("customer", "customer_id", ("is_under_way", True)),
            indexes=(
                _index("session_id", "idempotency_key", unique=True, name="one_order_per_key"),
                _index("restaurant_id", "session_id"),
                _index("restaurant_id", "-placed_at"),
                _index(
                    "restaurant_id",
                    "customer_id",
                    "idempotency_key",
                    unique=True,
                    partialFilterExpression=_OF_CUSTOMER,
                    name="one_order_per_customers_key",
                ),
                _index("restaurant_id", "customer_id", "-placed_at", partialFilterExpression=_OF_CUSTOMER),
                _index(
                    "restaurant_id", "customer_id", partialFilterExpression={"is_under_way": True}, name="under_way"
                ),
            ),
        ),
        _kind(
            Ticket,
            "tickets",
            Group("shown", "restaurant_id", ("is_shown", True)),
            Group("session", "session_id"),
            indexes=(
                _index("restaurant_id", "placed_at", partialFilterExpression={"is_shown": True}, name="shown_tickets"),
                _index("restaurant_id", "session_id"),
                _index(
                    "restaurant_id", "is_waiting", partialFilterExpression={"is_waiting": True}, name="held_tickets"
                ),
                _index("restaurant_id", "seen_at", partialFilterExpression=_UNSEEN, name="unseen_tickets"),
                _index("restaurant_id", "-ready_at", partialFilterExpression={"ready_at": HAS_HAPPENED}, name="cooked"),
                _index("restaurant_id", "-bumped_at", "station", "placed_at"),
            ),
        ),
        _kind(
            Check,
            "checks",
            Group("session", "session_id"),
            indexes=(
                _index("restaurant_id", "session_id"),
                _index("restaurant_id", "opened_at", partialFilterExpression=_OPEN, name="open_checks"),
                *(
                    _index("restaurant_id", path, partialFilterExpression={path: HAS_HAPPENED}, name=name)
                    for path, name in (
                        ("closed_at", "closed_checks"),
                        ("tenders.at", "paid_checks"),
                        ("tenders.refunds.at", "refunded_checks"),
                        ("tenders.refunds.failed_at", "unrefunded_checks"),
                    )
                ),
            ),
        ),
        _kind(
            PeriodSums,
            "period_sums",
            indexes=(_index("restaurant_id", "span", "period", unique=True),),
            followed=False,
        ),
        _kind(
            Payment,
            "payments",
            Group("participant", "participant_id", ("is_finished", False)),
            indexes=(
                _index("restaurant_id", "participant_id", "key", unique=True, name="one_payment_per_key"),
                _index("restaurant_id", "next_at", partialFilterExpression=_UNFINISHED, name="open_payments"),
                _index("restaurant_id", "check_id"),
            ),
            acted_on=True,
        ),
        _kind(
            ProviderEvent,
            "provider_events",
            # What comes again after this has a signature that is too old.
            indexes=(_index("expires_at", expireAfterSeconds=0),),
            followed=False,
        ),
        _kind(
            ReceiptCounter,
            "receipt_counters",
            indexes=(_index("restaurant_id", "date", unique=True),),
            followed=False,
        ),
        _kind(
            Staff,
            "staff",
            Group("house", "restaurant_id"),
            indexes=(_index("restaurant_id", "login", unique=True),),
        ),
        _kind(
            StaffSession,
            "staff_sessions",
            indexes=(
                _index("device", partialFilterExpression={"device": {"$gt": ""}}),
                _index("restaurant_id", "staff_id"),
                _index("restaurant_id", "device_id", partialFilterExpression={"device_id": {"$gt": ""}}),
                # What a log-in did is in the audit; the log-in itself is worth nothing once it has ended.
                _index("ends_at", expireAfterSeconds=30 * 86_400),
            ),
        ),
        _kind(
            Device,
            "devices",
            Group("house", "restaurant_id"),
            indexes=(
                _index("restaurant_id", "status"),
                _index("code", unique=True, partialFilterExpression={"code": {"$type": "string"}}, name="one_code"),
                _index("cookie", partialFilterExpression={"cookie": {"$type": "string"}}, name="by_cookie"),
            ),
        ),
        _kind(
            Customer,
            "customers",
            # Who was erased has no phone, and there may be many of them.
            indexes=(
                _index(
                    "restaurant_id",
                    "phone_indexes.digest",
                    unique=True,
                    partialFilterExpression={"phone_indexes.digest": {"$gt": ""}},
                    name="one_customer_per_phone",
                ),
            ),
        ),
        _kind(
            CustomerSession,
            "customer_sessions",
            Group("customer", "customer_id", ("ended_at", None)),
            indexes=(
                _index("restaurant_id", "customer_id"),
                # What was done under it is in the audit; it counts no more and says nothing about the person.
                _index("ends_at", expireAfterSeconds=30 * 86_400),
            ),
        ),
        _kind(
            DeliveryPlan,
            "delivery_plans",
            Group("house", "restaurant_id"),
            indexes=(_index("restaurant_id", unique=True),),
        ),
        _kind(
            SlotLoad,
            "slot_loads",
            Group("house", "restaurant_id"),
            indexes=(
                _index("restaurant_id", "begins_at", unique=True, name="one_load_per_slot"),
                _index("expires_at", expireAfterSeconds=0),
            ),
        ),
        _kind(
            OtpChallenge,
            "otp_challenges",
            indexes=(
                _index("restaurant_id", "phone", "device", "purpose", "-_id"),
                _index("purge_at", expireAfterSeconds=0),
            ),
            followed=False,
        ),
        _kind(
            PhoneBudget,
            "phone_budgets",
            indexes=(
                _index("restaurant_id", "phone", unique=True, name="one_budget_per_phone"),
                # A count that counts no more; nobody's number is in it.
                _index("purge_at", expireAfterSeconds=0),
            ),
            followed=False,
        ),
        _kind(
            MessageBudget,
            "message_budgets",
            Group("house", "restaurant_id"),
            indexes=(_index("restaurant_id", unique=True, name="one_budget_per_house"),),
        ),
        _kind(
            SmsMessage,
            "sms_messages",
            Group("open", "restaurant_id", ("is_finished", False)),
            indexes=(
                _index(
                    "restaurant_id",
                    "kind",
                    "-queued_at",
                    partialFilterExpression=_UNFINISHED,
                    name="waiting_messages",
                ),
                _index("restaurant_id", "next_at", partialFilterExpression=_UNFINISHED, name="open_messages"),
                _index("restaurant_id", "-queued_at"),
                # It has the last digits of somebody, which nothing needs for ever; an open one has no such time.
                _index("purge_at", expireAfterSeconds=0),
            ),
            acted_on=True,
        ),
        _kind(
            SmsPhone,
            "sms_phones",
            Group("house", "restaurant_id"),
            indexes=(_index("restaurant_id"),),
            acted_on=True,
        ),
        _kind(
            AttemptLimit,
            "attempt_limits",
            Group("scope", "scope"),
            indexes=(
                _index("restaurant_id", "scope", unique=True),
                # Anyone can make failures of invented names; what counts no more must not pile up.
                _index("expires_at", expireAfterSeconds=0),
            ),
        ),
        _kind(
            Allowance,
            "allowances",
            Group("scope", "scope"),
            indexes=(
                _index("restaurant_id", "scope", unique=True),
                _index("expires_at", expireAfterSeconds=0),
            ),
        ),
        _kind(
            PromotionCount,
            "promotion_counts",
            Group("code", "code"),
            indexes=(_index("restaurant_id", "code", unique=True),),
        ),
        _kind(
            ServiceRequest,
            "service_requests",
            Group("open", "restaurant_id", ("is_finished", False)),
            Group("session", "session_id"),
            indexes=(
                _index("restaurant_id", "wish", unique=True, partialFilterExpression=_UNFINISHED, name="one_wish"),
                _index("restaurant_id", "at", partialFilterExpression=_UNFINISHED, name="open_requests"),
                _index("restaurant_id", "session_id"),
            ),
        ),
        _kind(
            Alarm,
            "alarms",
            Group("open", "restaurant_id", ("status", "OPEN")),
            indexes=(
                _index("restaurant_id", "kind", "subject", unique=True, partialFilterExpression=_OPEN, name="one_open"),
                _index("restaurant_id", "-raised_at"),
            ),
        ),
        _kind(
            AuditEntry,
            "audit",
            indexes=(
                _index("restaurant_id", "-at", "-_id"),
                *(
                    _index("restaurant_id", name, "-at", "-_id")
                    for name in ("session_id", "act", "actor.id", "subject")
                ),
                _index("restaurant_id", "_id", partialFilterExpression={"seal": None}, name="unsealed"),
                _index(
                    "restaurant_id",
                    "seal.number",
                    unique=True,
                    partialFilterExpression={"seal.number": {"$gt": 0}},
                    name="chain",
                ),
            ),
            followed=False,
        ),
        _kind(ChainHead, "audit_chains", followed=False),
    )
}
"""All kinds by their aggregate type."""

BY_COLLECTION: dict[str, Kind] = {kind.collection: kind for kind in KINDS.values()}

HEARTBEATS = "heartbeats"
"""Where each process writes what it must then hear from its own stream."""

COUNTERS = "counters"
"""Numbers shared by all tables of a house, taken before a transaction and never inside one."""

LEASES = "leases"
"""Who does what only one process of all may do at a time."""
