"""The collections of people and their devices: staff, customers, messages to them, wrong tries, and who did what."""

from models.audit import AuditEntry
from models.chain import ChainHead
from models.challenge import OtpChallenge
from models.customer import Customer
from models.customer_session import CustomerSession
from models.device import Device
from models.message_budget import MessageBudget, PhoneBudget
from models.pin import AttemptLimit
from models.sms import SmsMessage
from models.sms_phone import SmsPhone
from models.staff import Staff, StaffSession
from models.store.kind import UNFINISHED, Group, Kind, index, kind

PEOPLE: tuple[Kind, ...] = (
    kind(
        Staff,
        "staff",
        Group("house", "restaurant_id"),
        indexes=(index("restaurant_id", "login", unique=True),),
    ),
    kind(
        StaffSession,
        "staff_sessions",
        indexes=(
            index("device", partialFilterExpression={"device": {"$gt": ""}}),
            index("restaurant_id", "staff_id"),
            index("restaurant_id", "device_id", partialFilterExpression={"device_id": {"$gt": ""}}),
            # What a log-in did is in the audit; the log-in itself is worth nothing once it has ended.
            index("ends_at", expireAfterSeconds=30 * 86_400),
        ),
    ),
    kind(
        Device,
        "devices",
        Group("house", "restaurant_id"),
        indexes=(
            index("restaurant_id", "status"),
            index("code", unique=True, partialFilterExpression={"code": {"$type": "string"}}, name="one_code"),
            index("cookie", partialFilterExpression={"cookie": {"$type": "string"}}, name="by_cookie"),
        ),
    ),
    kind(
        Customer,
        "customers",
        # Who was erased has no phone, and there may be many of them.
        indexes=(
            index(
                "restaurant_id",
                "phone_indexes.digest",
                unique=True,
                partialFilterExpression={"phone_indexes.digest": {"$gt": ""}},
                name="one_customer_per_phone",
            ),
        ),
    ),
    kind(
        CustomerSession,
        "customer_sessions",
        Group("customer", "customer_id", ("ended_at", None)),
        indexes=(
            index("restaurant_id", "customer_id"),
            # What was done under it is in the audit; it counts no more and says nothing about the person.
            index("ends_at", expireAfterSeconds=30 * 86_400),
        ),
    ),
    kind(
        OtpChallenge,
        "otp_challenges",
        indexes=(
            index("restaurant_id", "phone", "device", "purpose", "-_id"),
            index("purge_at", expireAfterSeconds=0),
        ),
        followed=False,
    ),
    kind(
        PhoneBudget,
        "phone_budgets",
        indexes=(
            index("restaurant_id", "phone", unique=True, name="one_budget_per_phone"),
            # A count that counts no more; nobody's number is in it.
            index("purge_at", expireAfterSeconds=0),
        ),
        followed=False,
    ),
    kind(
        MessageBudget,
        "message_budgets",
        Group("house", "restaurant_id"),
        indexes=(index("restaurant_id", unique=True, name="one_budget_per_house"),),
    ),
    kind(
        SmsMessage,
        "sms_messages",
        Group("open", "restaurant_id", ("is_finished", False)),
        indexes=(
            index(
                "restaurant_id",
                "kind",
                "-queued_at",
                partialFilterExpression=UNFINISHED,
                name="waiting_messages",
            ),
            index("restaurant_id", "next_at", partialFilterExpression=UNFINISHED, name="open_messages"),
            index("restaurant_id", "-queued_at"),
            # It has the last digits of somebody, which nothing needs for ever; an open one has no such time.
            index("purge_at", expireAfterSeconds=0),
        ),
        acted_on=True,
    ),
    kind(
        SmsPhone,
        "sms_phones",
        Group("house", "restaurant_id"),
        indexes=(index("restaurant_id"),),
        acted_on=True,
    ),
    kind(
        AttemptLimit,
        "attempt_limits",
        Group("scope", "scope"),
        indexes=(
            index("restaurant_id", "scope", unique=True),
            # Anyone can make failures of invented names; what counts no more must not pile up.
            index("expires_at", expireAfterSeconds=0),
        ),
    ),
    kind(
        AuditEntry,
        "audit",
        indexes=(
            index("restaurant_id", "-at", "-_id"),
            *(index("restaurant_id", name, "-at", "-_id") for name in ("session_id", "act", "actor.id", "subject")),
            index("restaurant_id", "_id", partialFilterExpression={"seal": None}, name="unsealed"),
            index(
                "restaurant_id",
                "seal.number",
                unique=True,
                partialFilterExpression={"seal.number": {"$gt": 0}},
                name="chain",
            ),
        ),
        followed=False,
    ),
    kind(ChainHead, "audit_chains", followed=False),
)
