"""Every refusal a client can get: one class per code, with its data and its text per language.

A class says when to raise it. `details` on the wire are the instance's data fields, in camelCase. Only `Remembered`
errors leave a trace: what the command saved before raising one is committed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic.alias_generators import to_camel

LANGUAGES = ("en", "ro")

REGISTRY: dict[str, type["Refusal"]] = {}
"""All error classes by code."""


class Refusal(Exception):  # noqa: N818  (habits: errors name the situation)
    """Base of all refusals. Subclasses set `code`, `status` (for HTTP) and `text`."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 400
    is_remembered: ClassVar[bool] = False
    is_about_state: ClassVar[bool] = False
    """Decided by what is stored: before it is told, it is decided once more on what the database has now."""
    text: ClassVar[Mapping[str, str]] = {"en": "Something went wrong.", "ro": "Ceva nu a mers bine."}

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details: dict[str, Any] = {to_camel(name): value for name, value in details.items() if value is not None}

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            if cls.code in REGISTRY:
                raise TypeError(f"two error classes for {cls.code}")
            REGISTRY[cls.code] = cls

    def message(self, language: str) -> str:
        """Return the sentence for people, in their language or in English."""
        return self.text.get(language) or self.text["en"]


class Remembered(Refusal):
    """A refusal that must leave its trace (a wrong PIN counts): what was saved is committed, then it is refused."""

    is_remembered = True


# ── what anyone can run into ──────────────────────────────────────────────────────────────────────────────────────────


class Internal(Refusal):
    """An unexpected fault of the server; `reference` names the entry of its log that has the cause."""

    code = "INTERNAL"
    status = 500
    text: ClassVar[Mapping[str, str]] = {"en": "Something went wrong on our side.", "ro": "Ceva nu a mers bine la noi."}


class ValidationFailed(Refusal):
    """A field is missing, unknown, of the wrong type or out of range. Not for a rule that depends on stored state."""

    code = "VALIDATION_FAILED"
    text: ClassVar[Mapping[str, str]] = {"en": "The request is not valid.", "ro": "Cererea nu este validă."}


class UnknownCommand(Refusal):
    """No command of this name in this namespace."""

    code = "UNKNOWN_COMMAND"
    status = 404
    text: ClassVar[Mapping[str, str]] = {
        "en": "This command does not exist here.",
        "ro": "Această comandă nu există aici.",
    }


class RateLimited(Refusal):
    """Too many commands in too short a time; `retry_after` in seconds."""

    code = "RATE_LIMITED"
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many requests. Please wait a moment.",
        "ro": "Prea multe cereri. Așteptați puțin.",
    }


class Unauthenticated(Refusal):
    """It is not known who this is. When it is known and not enough, raise `Forbidden`."""

    code = "UNAUTHENTICATED"
    status = 401
    text: ClassVar[Mapping[str, str]] = {
        "en": "Please join or log in first.",
        "ro": "Mai întâi intrați la masă sau autentificați-vă.",
    }


class Forbidden(Refusal):
    """Who this is may not do that. For another table's or house's things raise `NotFound`: their existence is not
    told.
    """

    code = "FORBIDDEN"
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "You are not allowed to do this.",
        "ro": "Nu aveți dreptul să faceți aceasta.",
    }


class NotFound(Refusal):
    """There is no such thing, or none that this principal may know of."""

    code = "NOT_FOUND"
    is_about_state = True
    status = 404
    text: ClassVar[Mapping[str, str]] = {"en": "This was not found.", "ro": "Nu a fost găsit."}


class Unavailable(Refusal):
    """The database cannot be reached in time and surely nothing was written; `retry_after` in seconds."""

    code = "UNAVAILABLE"
    status = 503
    text: ClassVar[Mapping[str, str]] = {
        "en": "We cannot do this right now. Please try again.",
        "ro": "Nu putem face aceasta acum. Încercați din nou.",
    }


class OutcomeUnknown(Refusal):
    """The time is up and it is not known whether it was written; the retry with the same key finds the truth."""

    code = "OUTCOME_UNKNOWN"
    status = 503
    text: ClassVar[Mapping[str, str]] = {
        "en": "We do not know yet whether this went through. Please try again.",
        "ro": "Nu știm încă dacă a reușit. Încercați din nou.",
    }


# ── joining ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class InvalidPin(Remembered):
    """The PIN is wrong; `attempts_left` before new joins are locked, `retry_after` seconds until the next try is
    looked at.
    """

    code = "INVALID_PIN"
    status = 403
    text: ClassVar[Mapping[str, str]] = {"en": "This PIN is not right.", "ro": "PIN-ul nu este corect."}


class PinLocked(Refusal):
    """Too many wrong PINs at this table, from this address or in this house; `retry_after` in seconds."""

    code = "PIN_LOCKED"
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many wrong PINs. Please wait or ask your waiter.",
        "ro": "Prea multe PIN-uri greșite. Așteptați sau chemați ospătarul.",
    }


class JoinRefused(Refusal):
    """No open session, or no valid table token: one answer for both, so that nothing is told."""

    code = "JOIN_REFUSED"
    is_about_state = True
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "This table is not open. Please ask your waiter.",
        "ro": "Masa nu este deschisă. Chemați ospătarul.",
    }


class NotJoined(Refusal):
    """The device is no participant of an open session at this table: it must join with the PIN first."""

    code = "NOT_JOINED"
    is_about_state = True
    status = 403
    text: ClassVar[Mapping[str, str]] = {"en": "Please enter the PIN of your table.", "ro": "Introduceți PIN-ul mesei."}


class TooManyParticipants(Refusal):
    """The session has as many devices as the house allows."""

    code = "TOO_MANY_PARTICIPANTS"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many phones have joined this table.",
        "ro": "Prea multe telefoane la această masă.",
    }


class TooManySockets(Refusal):
    """One participant has more live sockets than allowed."""

    code = "TOO_MANY_SOCKETS"
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "This phone is connected too many times.",
        "ro": "Acest telefon este conectat de prea multe ori.",
    }


# ── sessions and tables ───────────────────────────────────────────────────────────────────────────────────────────────


class SessionClosed(Refusal):
    """The session was closed; nothing can be added to it."""

    code = "SESSION_CLOSED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This table has been closed.", "ro": "Masa a fost închisă."}


class TableOccupied(Refusal):
    """The table has an open session."""

    code = "TABLE_OCCUPIED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This table is occupied.", "ro": "Masa este ocupată."}


class SameTable(Refusal):
    """The session already sits at that table."""

    code = "SAME_TABLE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "The party already sits there.", "ro": "Grupul stă deja acolo."}


class CheckOpen(Refusal):
    """Money is owed; `due` says how much. A manager may close with a reason."""

    code = "CHECK_OPEN"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "The check is not paid yet.", "ro": "Nota nu este plătită încă."}


# ── menu, cart, order ─────────────────────────────────────────────────────────────────────────────────────────────────


class UnknownItem(Refusal):
    """The menu has no such dish."""

    code = "UNKNOWN_ITEM"
    is_about_state = True
    status = 404
    text: ClassVar[Mapping[str, str]] = {"en": "This dish is not on the menu.", "ro": "Acest fel nu este în meniu."}


class ItemUnavailable(Refusal):
    """The dish is 86."""

    code = "ITEM_UNAVAILABLE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This dish is sold out.", "ro": "Acest fel s-a epuizat."}


class ModifiersInvalid(Refusal):
    """The modifiers are not the dish's, stand twice, or are too few or too many of a group."""

    code = "MODIFIERS_INVALID"
    text: ClassVar[Mapping[str, str]] = {
        "en": "Please check the choices for this dish.",
        "ro": "Verificați opțiunile acestui fel.",
    }


class CartFull(Refusal):
    """The cart has as many lines as a round may have; `limit`."""

    code = "CART_FULL"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The cart is full. Please send this round first.",
        "ro": "Coșul este plin. Trimiteți întâi această rundă.",
    }


class CartEmpty(Refusal):
    """There is nothing to send."""

    code = "CART_EMPTY"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "The cart is empty.", "ro": "Coșul este gol."}


class CartHeld(Refusal):
    """Another phone is reviewing and sending; `held_by`, `retry_after` in seconds."""

    code = "CART_HELD"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Someone at your table is sending the order.",
        "ro": "Cineva de la masă trimite comanda.",
    }


class CartChanged(Remembered):
    """The cart is not what the client saw (moved on, or prices changed); `cart` is the new one."""

    code = "CART_CHANGED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The cart has changed. Please look again.",
        "ro": "Coșul s-a schimbat. Verificați din nou.",
    }


class OrderTooLarge(Refusal):
    """The round exceeds the house's ceiling; `limit` in minor units or portions."""

    code = "ORDER_TOO_LARGE"
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This round is too large. Please call your waiter.",
        "ro": "Runda este prea mare. Chemați ospătarul.",
    }


class IdempotencyKeyReused(Refusal):
    """The key belongs to a round with other content."""

    code = "IDEMPOTENCY_KEY_REUSED"
    is_about_state = True
    status = 422
    text: ClassVar[Mapping[str, str]] = {
        "en": "This order was already sent with other content.",
        "ro": "Comanda a fost deja trimisă cu alt conținut.",
    }


class OrderInProgress(Refusal):
    """An earlier change of this session is still running, perhaps the first sending of the same key; `retry_after` in
    seconds.
    """

    code = "ORDER_IN_PROGRESS"
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "Your order is being sent.", "ro": "Comanda se trimite."}


# ── kitchen ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class StatusConflict(Refusal):
    """The line is not in the state the cook saw; `ticket` is how it stands now."""

    code = "STATUS_CONFLICT"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "Someone else already changed this.", "ro": "Altcineva a schimbat deja."}


class TransitionRefused(Refusal):
    """No line goes from that state to this; `status` is the present one."""

    code = "TRANSITION_REFUSED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This step is not possible.", "ro": "Acest pas nu este posibil."}


# ── staff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


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
    status = 401
    text: ClassVar[Mapping[str, str]] = {"en": "Please log in again.", "ro": "Autentificați-vă din nou."}


def seconds_until(moment: datetime, now: datetime) -> int:
    """Return the whole seconds until a moment, rounded up, never below one: for `retryAfter`."""
    remaining = moment - now
    return max(1, remaining.days * 86_400 + remaining.seconds + (1 if remaining.microseconds else 0))
