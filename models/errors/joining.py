"""Refusals at the door: PINs, places and sockets."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal, Remembered


class InvalidPin(Remembered):
    """The PIN is wrong; `attempts_left` before new joins are locked, `retry_after` seconds until the next try is
    looked at.
    """

    code = "INVALID_PIN"
    status = 403
    text: ClassVar[Mapping[str, str]] = {"en": "This PIN is not right.", "ro": "PIN-ul nu este corect."}


class PinLocked(Refusal):
    """Too many wrong PINs at this table or from this address; `retry_after` in seconds."""

    code = "PIN_LOCKED"
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many wrong PINs. Please wait or ask your waiter.",
        "ro": "Prea multe PIN-uri greșite. Așteptați sau chemați ospătarul.",
    }


class JoinNeedsWaiter(Refusal):
    """So many PINs of this house were wrong that none is looked at any more, a right one neither; a waiter can open the
    door of a session for a short time (`session:admit`).
    """

    code = "JOIN_NEEDS_WAITER"
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "Please ask your waiter to let you in.",
        "ro": "Rugați ospătarul să vă lase să intrați.",
    }


class JoinRefused(Refusal):
    """No open session, no valid table token, or a device that was sent away: one answer for all, so that nothing is
    told.
    """

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
