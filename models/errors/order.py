"""Refusals about dishes, carts and rounds."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal, Remembered


class UnknownItem(Refusal):
    """The menu has no such dish."""

    code = "UNKNOWN_ITEM"
    is_about_state = True
    status = 404
    text: ClassVar[Mapping[str, str]] = {"en": "This dish is not on the menu.", "ro": "Acest fel nu este în meniu."}


class ItemUnavailable(Refusal):
    """The dish, or an option of it (`option_id`), is sold out, out of its hours or not offered; of what is counted only
    `left` portions are there. `line_id` names the line that cannot be sent.
    """

    code = "ITEM_UNAVAILABLE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This dish is sold out.", "ro": "Acest fel s-a epuizat."}


class UntilRefused(Refusal):
    """Sold out until a moment that has passed, or that is more than `longest_hours` ahead."""

    code = "UNTIL_REFUSED"
    text: ClassVar[Mapping[str, str]] = {
        "en": "Please choose a moment within the next week.",
        "ro": "Alegeți un moment din următoarea săptămână.",
    }


class ModifiersInvalid(Refusal):
    """The modifiers are not the dish's, stand twice, or are too few or too many of a group."""

    code = "MODIFIERS_INVALID"
    is_about_state = True
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


class HoldLost(Refusal):
    """The sender's hold, named by its `fence`, has ended or is another's by now; `cart` is the cart as it stands."""

    code = "HOLD_LOST"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "You took too long. Please look at the cart again.",
        "ro": "A durat prea mult. Verificați din nou coșul.",
    }


class OrderTooLarge(Refusal):
    """The round, or with it all rounds of the session (`scope`), exceeds a ceiling of the house: `what` is lines,
    portions or amount (minor units), `limit` the ceiling and `left` the most that this round may have of it.
    """

    code = "ORDER_TOO_LARGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This round is too large. Please call your waiter.",
        "ro": "Runda este prea mare. Chemați ospătarul.",
    }


class PriceChanged(Refusal):
    """What is ordered from home comes to another total than the client has shown; `quote` is what it comes to now."""

    code = "PRICE_CHANGED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The total has changed. Please look again.",
        "ro": "Totalul s-a schimbat. Verificați din nou.",
    }


class OrderNotWaiting(Refusal):
    """Somebody has approved, rejected or cancelled the round already, or it never had to wait; `order` is how it
    stands.
    """

    code = "ORDER_NOT_WAITING"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This round was already decided.",
        "ro": "Despre această rundă s-a decis deja.",
    }


class OrderSent(Refusal):
    """The round is in the kitchen and on the check: nothing of it can be cancelled any more. What can be done is the
    staff's: the command named by `instead`.
    """

    code = "ORDER_SENT"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This round is in the kitchen already. Please ask your waiter.",
        "ro": "Runda este deja în bucătărie. Întrebați ospătarul.",
    }


class LineCancelled(Refusal):
    """All that is to be cancelled was cancelled before; `order` is how the round stands."""

    code = "LINE_CANCELLED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This was cancelled already.",
        "ro": "A fost deja anulat.",
    }


class IdempotencyKeyReused(Refusal):
    """The key belongs to another round, correction or payment, or to one with other content."""

    code = "IDEMPOTENCY_KEY_REUSED"
    is_about_state = True
    status = 422
    text: ClassVar[Mapping[str, str]] = {
        "en": "This was already sent with other content.",
        "ro": "Aceasta a fost deja trimisă cu alt conținut.",
    }


class OrderInProgress(Refusal):
    """An earlier change of this session is still running, perhaps the first sending of the same key; `retry_after` in
    seconds.
    """

    code = "ORDER_IN_PROGRESS"
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "Your order is being sent.", "ro": "Comanda se trimite."}
