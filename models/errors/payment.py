"""Refusals about payments online."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal


class OnlinePaymentOff(Refusal):
    """This house takes no payments online: the operator has given it no keys of a provider."""

    code = "ONLINE_PAYMENT_OFF"
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Here you cannot pay online. Please ask the staff.",
        "ro": "Aici nu se poate plăti online. Vă rugăm întrebați personalul.",
    }


class PaymentInProgress(Refusal):
    """A payment of this phone is on its way already: it is paid, cancelled or runs out first; `payment_id`."""

    code = "PAYMENT_IN_PROGRESS"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "You are paying already. Finish that payment or cancel it first.",
        "ro": "O plată este deja în curs. Terminați-o sau anulați-o mai întâi.",
    }


class AmountNotPayable(Refusal):
    """The provider takes amount and tip together only in multiples of `step` minor units: three-digit currencies."""

    code = "AMOUNT_NOT_PAYABLE"
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This amount cannot be paid online exactly.",
        "ro": "Această sumă nu poate fi plătită online exact.",
    }


class PaymentPending(Refusal):
    """A guest is paying at this moment: `due` is owed until that is decided, and `pending` of it is on its way."""

    code = "PAYMENT_PENDING"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "A guest is paying at this moment. Wait for it or cancel it.",
        "ro": "Un oaspete tocmai plătește. Așteptați sau anulați plata.",
    }
