"""The collections of money: checks, payments, receipts, and what was given away."""

from models.allowance import Allowance
from models.check import Check
from models.payment import Payment, ProviderEvent
from models.promotion import PromotionCount
from models.receipt_number import ReceiptCounter
from models.report import PeriodSums
from models.store.accounting import HAS_HAPPENED
from models.store.kind import OPEN, UNFINISHED, Group, Kind, index, kind

MONEY: tuple[Kind, ...] = (
    kind(
        Check,
        "checks",
        Group("session", "session_id"),
        indexes=(
            index("restaurant_id", "session_id"),
            index("restaurant_id", "opened_at", partialFilterExpression=OPEN, name="open_checks"),
            *(
                index("restaurant_id", path, partialFilterExpression={path: HAS_HAPPENED}, name=name)
                for path, name in (
                    ("closed_at", "closed_checks"),
                    ("tenders.at", "paid_checks"),
                    ("tenders.refunds.at", "refunded_checks"),
                    ("tenders.refunds.failed_at", "unrefunded_checks"),
                )
            ),
        ),
    ),
    kind(
        PeriodSums,
        "period_sums",
        indexes=(index("restaurant_id", "span", "period", unique=True),),
        followed=False,
    ),
    kind(
        Payment,
        "payments",
        Group("participant", "participant_id", ("is_finished", False)),
        indexes=(
            index("restaurant_id", "participant_id", "key", unique=True, name="one_payment_per_key"),
            index("restaurant_id", "next_at", partialFilterExpression=UNFINISHED, name="open_payments"),
            index("restaurant_id", "check_id"),
        ),
        acted_on=True,
    ),
    kind(
        ProviderEvent,
        "provider_events",
        # What comes again after this has a signature that is too old.
        indexes=(index("expires_at", expireAfterSeconds=0),),
        followed=False,
    ),
    kind(
        ReceiptCounter,
        "receipt_counters",
        indexes=(index("restaurant_id", "date", unique=True),),
        followed=False,
    ),
    kind(
        Allowance,
        "allowances",
        Group("scope", "scope"),
        indexes=(
            index("restaurant_id", "scope", unique=True),
            index("expires_at", expireAfterSeconds=0),
        ),
    ),
    kind(
        PromotionCount,
        "promotion_counts",
        Group("code", "code"),
        indexes=(index("restaurant_id", "code", unique=True),),
    ),
)
