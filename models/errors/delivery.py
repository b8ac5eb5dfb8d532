"""Refusals about deliveries: what is brought, where to, when, and the plan that says so."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal


class DeliveryOff(Refusal):
    """The house takes no orders from outside, or none for this dining option: it has no plan of deliveries, has
    switched it off, or has no zone.
    """

    code = "DELIVERY_OFF"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This restaurant does not take such orders.",
        "ro": "Acest restaurant nu preia astfel de comenzi.",
    }


class DeliveryPaused(Refusal):
    """The house takes no orders from outside for the moment; `until` is when it does again, if that is known."""

    code = "DELIVERY_PAUSED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "We take no orders for delivery right now. Please try again later.",
        "ro": "Momentan nu preluăm comenzi pentru livrare. Încercați mai târziu.",
    }


class AddressNotServed(Refusal):
    """The address is in none of the house's zones."""

    code = "ADDRESS_NOT_SERVED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "We do not deliver to this address.",
        "ro": "Nu livrăm la această adresă.",
    }


class BelowMinimum(Refusal):
    """The dishes come to `amount`, and are not brought to this zone below `minimum`."""

    code = "BELOW_MINIMUM"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The order is below the minimum for this address.",
        "ro": "Comanda este sub valoarea minimă pentru această adresă.",
    }


class SlotFull(Refusal):
    """The kitchen has no room for so many dishes in this slot; `slot` is its beginning, `slots` are all that can be
    chosen.
    """

    code = "SLOT_FULL"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This time is fully booked. Please choose another one.",
        "ro": "Acest interval este complet. Alegeți altul.",
    }


class SlotRefused(Refusal):
    """The time asked for is the beginning of no slot that can be chosen now; or nothing was asked for, and it would be
    there outside the hours in which the house delivers. `slots` are those that can be chosen.
    """

    code = "SLOT_REFUSED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This time cannot be chosen. Please choose another one.",
        "ro": "Acest interval nu poate fi ales. Alegeți altul.",
    }


class DeliveryPlanChanged(Refusal):
    """Somebody else has changed the plan of deliveries since its sender saw it; `version` is the present one."""

    code = "DELIVERY_PLAN_CHANGED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Someone else has changed the delivery plan. Please look again.",
        "ro": "Altcineva a modificat planul de livrare. Verificați din nou.",
    }


class DeliveryPlanInvalid(Refusal):
    """The plan of deliveries cannot be used; `problems` are the first mistakes with their paths, `count` is how many
    there are.
    """

    code = "DELIVERY_PLAN_INVALID"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Something in the delivery plan is not right yet.",
        "ro": "Ceva din planul de livrare nu este încă în regulă.",
    }
