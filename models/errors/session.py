"""Refusals about sessions and tables."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal


class SessionClosed(Refusal):
    """The session was closed; nothing can be added to it."""

    code = "SESSION_CLOSED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This table has been closed.", "ro": "Masa a fost închisă."}


class NotAtTable(Refusal):
    """What is asked makes sense at a table only, and the session is somebody's order from home."""

    code = "NOT_AT_TABLE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This order is not eaten at a table.",
        "ro": "Această comandă nu este servită la masă.",
    }


class DeliveryUnderWay(Refusal):
    """The session is somebody's order from home that is neither handed over nor called off; `orders` names it. For all:
    `delivery:done` and `delivery:cancel` end it.
    """

    code = "DELIVERY_UNDER_WAY"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This order is still on its way to the customer.",
        "ro": "Această comandă nu a ajuns încă la client.",
    }


class DeliveryFinished(Refusal):
    """The order was handed over or called off already, or nothing can be added because it has left the house: `status`
    says which.
    """

    code = "DELIVERY_FINISHED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This order has left the house already, or is finished.",
        "ro": "Această comandă a plecat deja sau s-a încheiat.",
    }


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


class UndoExpired(Refusal):
    """There is no move that can still be undone: none at all, or it is longer ago than `seconds`."""

    code = "UNDO_EXPIRED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "It is too late to undo this.",
        "ro": "Este prea târziu pentru a anula.",
    }


class SameSession(Refusal):
    """A session cannot be merged into itself."""

    code = "SAME_SESSION"
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This is one and the same party.",
        "ro": "Este unul și același grup.",
    }


class SessionMerged(Refusal):
    """The session was merged into another, which has all that is its own; `into` names that one."""

    code = "SESSION_MERGED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This party was merged into another.",
        "ro": "Acest grup a fost unit cu altul.",
    }


class NotMerged(Refusal):
    """The session is not merged into another, so there is nothing to take apart."""

    code = "NOT_MERGED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This party is not merged into another.",
        "ro": "Acest grup nu este unit cu altul.",
    }


class DishesCooking(Refusal):
    """Dishes of the session are new or in progress in the kitchen; `lines` says how many. A manager may close with a
    reason.
    """

    code = "DISHES_COOKING"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The kitchen is still cooking for this table.",
        "ro": "Bucătăria încă gătește pentru această masă.",
    }


class OrdersWaiting(Refusal):
    """Rounds of the session wait for approval; `orders` names them. A manager may close with a reason."""

    code = "ORDERS_WAITING"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "A round of this table waits for approval.",
        "ro": "O rundă a acestei mese așteaptă aprobare.",
    }


class CheckOpen(Refusal):
    """Money is owed; `due` says how much. A manager may close with a reason."""

    code = "CHECK_OPEN"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "The check is not paid yet.", "ro": "Nota nu este plătită încă."}


class CheckOverpaid(Refusal):
    """The house owes the guests money, because something was taken off after it was paid; `overpaid` says how much. A
    manager may close with a reason.
    """

    code = "CHECK_OVERPAID"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too much was paid: give the guests their money back first.",
        "ro": "S-a plătit prea mult: înapoiați mai întâi banii oaspeților.",
    }
