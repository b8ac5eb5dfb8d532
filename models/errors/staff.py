"""Refusals about log-ins and people of the house."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal, Remembered


class InvalidCredentials(Remembered):
    """Unknown name or wrong password: one answer for both."""

    code = "INVALID_CREDENTIALS"
    status = 401
    text: ClassVar[Mapping[str, str]] = {
        "en": "Name or password is not right.",
        "ro": "Numele sau parola nu este corectă.",
    }


class LoginLocked(Refusal):
    """Too many failed log-ins; `retry_after` in seconds."""

    code = "LOGIN_LOCKED"
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many failed log-ins. Please wait.",
        "ro": "Prea multe autentificări eșuate. Așteptați.",
    }


class SessionExpired(Refusal):
    """The log-in or token has expired or was revoked: log in again."""

    code = "SESSION_EXPIRED"
    is_about_state = True
    status = 401
    text: ClassVar[Mapping[str, str]] = {"en": "Please log in again.", "ro": "Autentificați-vă din nou."}


class ApproverRequired(Refusal):
    """The act is above the limit of the house (`limit`, minor units): a manager other than the one who acts must give
    their PIN.
    """

    code = "APPROVER_REQUIRED"
    is_about_state = True
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "A manager has to approve this.",
        "ro": "Un manager trebuie să aprobe.",
    }


class DailyCeiling(Refusal):
    """The one who acts has given away, by acts of this `kind` (VOID, COMP, DISCOUNT, REFUND), so much on this business
    day that less than this is left: `limit` and `left`, in minor units. With a manager's PIN it is done all the same.
    """

    code = "DAILY_CEILING"
    is_about_state = True
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "This is more than you may give away today. A manager has to approve it.",
        "ro": "Este mai mult decât puteți acorda astăzi. Un manager trebuie să aprobe.",
    }


class ApproverRefused(Remembered):
    """Who was named did not approve: unknown, no manager, oneself, or a wrong PIN. One answer for all."""

    code = "APPROVER_REFUSED"
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "The approval is not right.",
        "ro": "Aprobarea nu este corectă.",
    }


class TokenReused(Remembered):
    """A refresh token was shown again after it had been replaced: someone has a copy, so the log-in has ended."""

    code = "TOKEN_REUSED"
    status = 401
    text: ClassVar[Mapping[str, str]] = {
        "en": "For your safety you were logged out. Please log in again.",
        "ro": "Pentru siguranță ați fost deconectat. Autentificați-vă din nou.",
    }


class LoginTaken(Refusal):
    """Someone of the house has, or had, this log-in name."""

    code = "LOGIN_TAKEN"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This name is taken.", "ro": "Acest nume este deja folosit."}


class LastManager(Refusal):
    """Nobody else could manage the house: make somebody else a manager first."""

    code = "LAST_MANAGER"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The house needs another manager first.",
        "ro": "Casa are nevoie mai întâi de un alt manager.",
    }


class PairingRefused(Remembered):
    """The code is wrong, used, too old or for another kind of device, or too many were tried, or what an SMS phone
    proves itself by is not right: one answer for all.
    """

    code = "PAIRING_REFUSED"
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "This code is not good. Please ask a manager for a new one.",
        "ro": "Acest cod nu este valabil. Cereți managerului unul nou.",
    }


class VersionUnsupported(Refusal):
    """None of the protocols that an SMS phone speaks is spoken here: `spoken` are those that are."""

    code = "VERSION_UNSUPPORTED"
    status = 400
    text: ClassVar[Mapping[str, str]] = {
        "en": "This app is of another version than the server. Please bring it up to date.",
        "ro": "Aplicația are altă versiune decât serverul. Actualizați-o.",
    }
