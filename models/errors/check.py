"""Refusals about what is taken off a check and what is paid on it."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal


class LineTakenOff(Refusal):
    """Fewer portions of the line are still on the check than are to be taken off; `left` says how many."""

    code = "LINE_TAKEN_OFF"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "So many portions are not on the check any more.",
        "ro": "Atâtea porții nu mai sunt pe notă.",
    }


class DiscountOutOfRange(Refusal):
    """The discount comes to nothing, or to more than the check; `left` is the most that it can be."""

    code = "DISCOUNT_OUT_OF_RANGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The discount must be more than nothing and at most what the check comes to.",
        "ro": "Reducerea trebuie să fie mai mare ca zero și cel mult cât nota.",
    }


class PaymentTooLarge(Refusal):
    """More would be paid than is owed; `due`. What the guest gives on top is a tip or change."""

    code = "PAYMENT_TOO_LARGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This is more than what is owed.",
        "ro": "Este mai mult decât rămâne de plătit.",
    }


class RefundTooLarge(Refusal):
    """More would be given back than was paid by this tender; `left` is the most that can be."""

    code = "REFUND_TOO_LARGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This is more than what was paid.",
        "ro": "Este mai mult decât s-a plătit.",
    }


class CheckFull(Refusal):
    """The check has as many corrections, payments and refunds as it can hold; `limit`."""

    code = "CHECK_FULL"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Nothing more can be entered on this check.",
        "ro": "Pe această notă nu se mai poate înregistra nimic.",
    }
