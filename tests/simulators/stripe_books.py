"""What the simulator of Stripe knows: PaymentIntents and refunds, and what may be done with them.

The rules are those of https://docs.stripe.com/payments/paymentintents/lifecycle and https://docs.stripe.com/refunds.
"""

import hmac
import itertools
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

CARDS = {
    "pm_card_visa": "succeeded",
    "pm_card_visa_chargeDeclined": "generic_decline",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_authenticationRequired": "requires_action",
    "pm_usBankAccount_processing": "processing",
}
"""What happens with Stripe's documented test cards."""

CANCELLABLE = {"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"}
THREE_DIGITS = {"bhd", "jod", "kwd", "omr", "tnd"}
MINIMUM = {"ron": 200, "eur": 50, "jpy": 50, "kwd": 150}

Form = dict[str, Any]


class Refused(Exception):  # noqa: N818  (as in the server)
    """An error of the interface: status, type, code and message."""

    def __init__(self, status: int, kind: str, code: str | None, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message, **more}}


def invalid(code: str, message: str, **more: Any) -> Refused:
    """Return the refusal of a request that Stripe does not carry out."""
    return Refused(400, "invalid_request_error", code, message, **more)


class Books:
    """All payments and refunds; `tell` is called with what happened to which of them."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.refund_state = "succeeded"
        self._tell_event = tell
        self._numbers = itertools.count(1)

    # ── PaymentIntents ────────────────────────────────────────────────────────────────────────────────────────────────

    def create(self, form: Form) -> dict[str, Any]:
        amount, currency = _amount(form), form.get("currency", "")
        if amount < MINIMUM.get(currency, 1):
            raise invalid("amount_too_small", "Amount is too small.", param="amount")
        if currency in THREE_DIGITS and amount % 10:
            raise invalid("invalid_amount", "The last digit must be 0.", param="amount")
        intent_id = self._id("pi")
        intent = {
            "id": intent_id,
            "object": "payment_intent",
            "amount": amount,
            "amount_received": 0,
            "currency": currency,
            "client_secret": f"{intent_id}_secret_{secrets.token_hex(12)}",
            "created": int(time.time()),
            "last_payment_error": None,
            "livemode": False,
            "metadata": _metadata(form),
            "status": "requires_payment_method",
        }
        self.intents[intent_id] = intent
        self._tell("payment_intent.created", intent)
        return intent

    def intent(self, intent_id: str) -> dict[str, Any]:
        found = self.intents.get(intent_id)
        if found is None:
            raise Refused(404, "invalid_request_error", "resource_missing", "No such payment_intent.")
        return found

    def cancel(self, intent_id: str) -> dict[str, Any]:
        return self._become(self._movable(intent_id), "canceled")

    def confirm(self, intent_id: str, form: Form) -> dict[str, Any]:
        """What Stripe.js does on the guest's phone: with the publishable key and the client secret."""
        if not hmac.compare_digest(form.get("client_secret", ""), self.intent(intent_id)["client_secret"]):
            raise invalid("payment_intent_invalid_parameter", "Not its client secret.")
        intent = self._movable(intent_id)
        outcome = CARDS[form.get("payment_method", "pm_card_visa")]
        if outcome in ("succeeded", "requires_action", "processing"):
            return self._become(intent, outcome)
        self._decline(intent, outcome)
        raise Refused(402, "card_error", "card_declined", "Your card was declined.", decline_code=outcome)

    def decide(self, intent_id: str, status: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Say what becomes of a payment at the bank, or on Stripe's own pages; `fields` are what it has then."""
        intent = self.intents[intent_id]
        intent |= fields
        if status == "requires_payment_method":
            self._decline(intent, "generic_decline")
        elif not fields:
            self._become(intent, status)
        else:
            intent["status"] = status
            self._tell(f"payment_intent.{status}", intent)
        return intent

    def _movable(self, intent_id: str) -> dict[str, Any]:
        intent = self.intent(intent_id)
        if intent["status"] not in CANCELLABLE:
            raise invalid("payment_intent_unexpected_state", f"It is {intent['status']}.")
        return intent

    def _become(self, intent: dict[str, Any], status: str) -> dict[str, Any]:
        intent["status"] = status
        intent["amount_received"] = intent["amount"] if status == "succeeded" else 0
        self._tell(f"payment_intent.{status}", intent)
        return intent

    def _decline(self, intent: dict[str, Any], code: str) -> None:
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"code": "card_declined", "decline_code": code, "type": "card_error"}
        self._tell("payment_intent.payment_failed", intent)

    # ── refunds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def give_back(self, form: Form) -> dict[str, Any]:
        intent = self.intents.get(form.get("payment_intent", ""))
        if intent is None or intent["status"] != "succeeded":
            raise invalid("resource_missing", "Nothing was charged.")
        amount = _amount(form)
        of_it = [one for one in self.refunds.values() if one["payment_intent"] == intent["id"]]
        returned = sum(one["amount"] for one in of_it if one["status"] not in ("failed", "canceled"))
        if amount > intent["amount_received"] - returned:
            raise invalid("charge_already_refunded", "More than what was charged.")
        refund = {
            "id": self._id("re"),
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "created": int(time.time()),
            "metadata": _metadata(form),
            "payment_intent": intent["id"],
            "reason": form.get("reason"),
            "status": self.refund_state,
        }
        if self.refund_state == "failed":
            refund["failure_reason"] = "expired_or_canceled_card"
        self.refunds[str(refund["id"])] = refund
        self._tell("refund.created", refund)
        return refund

    def refunds_of(self, form: Form) -> dict[str, Any]:
        found = [one for one in self.refunds.values() if one["payment_intent"] == form.get("payment_intent")]
        return {"object": "list", "data": found, "has_more": False, "url": "/v1/refunds"}

    def refund(self, refund_id: str) -> dict[str, Any]:
        found = self.refunds.get(refund_id)
        if found is None:
            raise Refused(404, "invalid_request_error", "resource_missing", "No such refund.")
        return found

    def decide_refund(self, refund_id: str, status: str) -> dict[str, Any]:
        """Say what becomes of a refund at the bank."""
        refund = self.refunds[refund_id]
        refund["status"] = status
        if status == "failed":
            refund["failure_reason"] = "lost_or_stolen_card"
        self._tell("refund.failed" if status == "failed" else "refund.updated", refund)
        return refund

    # ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, kind: str, subject: dict[str, Any]) -> None:
        self._tell_event(
            {
                "id": self._id("evt"),
                "object": "event",
                "api_version": "2026-10-28.endive",
                "created": int(time.time()),
                "data": {"object": json.loads(json.dumps(subject))},
                "livemode": False,
                "type": kind,
            }
        )

    def _id(self, kind: str) -> str:
        return f"{kind}_3Sim{next(self._numbers):06d}{secrets.token_hex(6)}"


def _amount(form: Form) -> int:
    try:
        return int(form["amount"])
    except (KeyError, ValueError):
        raise invalid("parameter_missing", "No amount.", param="amount") from None


def _metadata(form: Form) -> dict[str, str]:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}
