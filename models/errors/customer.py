"""Refusals about phone customers: codes, proofs, addresses."""

from collections.abc import Mapping
from typing import Any, ClassVar

from models.errors.base import Refusal, Remembered
from models.errors.staff import SessionExpired


class SmsLimitExceeded(Refusal):
    """No more messages for this phone today, or for this address this hour: `limit`, and `reset_time` (RFC 3339) when
    the next one is sent.
    """

    code = "SMS_LIMIT_EXCEEDED"
    is_about_state = True
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "No more messages can be sent for now. Please try again later.",
        "ro": "Deocamdată nu mai putem trimite mesaje. Încercați mai târziu.",
    }

    def __init__(self, limit: int = 0, reset_time: str = "") -> None:
        super().__init__()
        # The names of these two are those of the published protocol.
        self.details: dict[str, Any] = {"limit": limit, "reset_time": reset_time}


class SmsUnavailable(Refusal):
    """The house sends no messages now: nothing to send them with, or its budget is used up; `retry_after` in
    seconds.
    """

    code = "SMS_UNAVAILABLE"
    is_about_state = True
    status = 503
    text: ClassVar[Mapping[str, str]] = {
        "en": "We cannot send messages right now. Please try again later or call us.",
        "ro": "Nu putem trimite mesaje acum. Încercați mai târziu sau sunați-ne.",
    }


class InvalidVerificationCode(Remembered):
    """Wrong, used, replaced or expired code, or none was sent to this phone from this browser: one answer for all."""

    code = "INVALID_VERIFICATION_CODE"
    is_about_state = True
    status = 400
    text: ClassVar[Mapping[str, str]] = {
        "en": "The code is not right, or no longer good.",
        "ro": "Codul nu este corect sau nu mai este valabil.",
    }


class PhoneBlocked(Refusal):
    """Too many wrong codes for this phone; `retry_after` in seconds."""

    code = "PHONE_BLOCKED"
    is_about_state = True
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many wrong codes for this number. Please wait.",
        "ro": "Prea multe coduri greșite pentru acest număr. Așteptați.",
    }


class AddressLimitExceeded(Refusal):
    """A customer has at most `limit` addresses."""

    code = "ADDRESS_LIMIT_EXCEEDED"
    is_about_state = True
    status = 400
    text: ClassVar[Mapping[str, str]] = {
        "en": "You have as many addresses as can be kept. Please delete one first.",
        "ro": "Aveți numărul maxim de adrese. Ștergeți mai întâi una.",
    }


class ConcurrentUpdate(Refusal):
    """The address was changed elsewhere since it was read; `address` is what it is now."""

    code = "CONCURRENT_UPDATE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This address was changed elsewhere. Please look at it again.",
        "ro": "Această adresă a fost modificată în altă parte. Verificați-o din nou.",
    }


class ProofCopied(SessionExpired, Remembered):
    """A token was shown for a refresh after it had been replaced: someone has a copy, so the session has ended. Whoever
    shows it is told no more than that it counts no longer.
    """


class CsrfFailed(Refusal):
    """A call with the cookie came without the token that belongs to it, or from a page that is none of ours."""

    code = "CSRF_FAILED"
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "This request did not come from our page. Please reload it.",
        "ro": "Cererea nu a venit din pagina noastră. Reîncărcați pagina.",
    }
