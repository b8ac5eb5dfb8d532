"""What guests see of paying online: with whom, and how far it is."""

from datetime import datetime

from models.base import Value
from models.money import Money
from models.payment import Payment
from models.payment_state import PaymentStatus
from models.view import View, show


class OnlinePayment(Value):
    """With whom guests pay online, the script with which their phones show the form, and the key with which they speak
    to them: no secret.
    """

    provider: str
    publishable_key: str
    script_url: str


class PaymentView(View):
    """A payment online as its payer sees it, and nobody else."""

    check_id: str
    status: PaymentStatus
    provider: str
    amount: Money
    tip: Money
    charged: Money
    share_id: str | None
    client_secret: str | None
    failure: str | None
    is_ending: bool
    started_at: datetime
    expires_at: datetime
    decided_at: datetime | None


def payment_view(payment: Payment) -> PaymentView:
    """Show a payment to its payer."""
    return show(PaymentView, payment, is_ending=payment.ending is not None and not payment.is_decided)
