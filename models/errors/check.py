"""Refusals about what is taken off a check and what is paid on it."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal, Remembered


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


class PromotionRefused(Remembered):
    """The code is none of the house's, or not now, not for this dining option, or used up; `attempts_left` before a
    party has to wait.
    """

    code = "PROMOTION_REFUSED"
    is_about_state = True
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "This code is not valid.",
        "ro": "Codul nu este valabil.",
    }


class PromotionLocked(Refusal):
    """The party has entered too many wrong codes; `retry_after` in seconds."""

    code = "PROMOTION_LOCKED"
    is_about_state = True
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many wrong codes. Please wait or ask your waiter.",
        "ro": "Prea multe coduri greșite. Așteptați sau întrebați ospătarul.",
    }


class PromotionNotYet(Refusal):
    """The code is valid and would take nothing off: the dishes must come to `from_amount` first."""

    code = "PROMOTION_NOT_YET"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "There is too little on the check for this code.",
        "ro": "Nota este prea mică pentru acest cod.",
    }


class PromotionOnCheck(Refusal):
    """The code is on this check already; `code`."""

    code = "PROMOTION_ON_CHECK"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This code is on the check already.",
        "ro": "Acest cod este deja pe notă.",
    }


class PaymentTooLarge(Refusal):
    """More would be paid than is owed and not yet on its way; `due`, and `payable` now. What the guest gives on top is
    a tip or change.
    """

    code = "PAYMENT_TOO_LARGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This is more than what is owed.",
        "ro": "Este mai mult decât rămâne de plătit.",
    }


class RefundTooLarge(Refusal):
    """More would be given back than was paid by this tender; `left` is the most that can be, `tip_left` of the tip."""

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


class LineBeingPaid(Refusal):
    """A payment for this line is on its way: until it is decided, nothing of the line can be claimed or given up."""

    code = "LINE_BEING_PAID"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This dish is being paid for at this moment.",
        "ro": "Acest preparat tocmai se plătește.",
    }


class ClaimTooLarge(Refusal):
    """More of the line is claimed than others have left: `parts` of `of` parts."""

    code = "CLAIM_TOO_LARGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Others already pay for this dish; less of it is left.",
        "ro": "Alții plătesc deja acest preparat; a rămas mai puțin din el.",
    }


class SplitTooLarge(Refusal):
    """The parts of the split come to more than the check; `total`."""

    code = "SPLIT_TOO_LARGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The parts come to more than the check.",
        "ro": "Părțile depășesc totalul notei.",
    }


class ReportPending(Refusal):
    """Business days that the report is about were not added up yet: those until `final_until` were."""

    code = "REPORT_PENDING"
    status = 503
    text: ClassVar[Mapping[str, str]] = {
        "en": "These days are still being added up. Please try again in a minute.",
        "ro": "Aceste zile se adună încă. Încercați din nou peste un minut.",
    }
