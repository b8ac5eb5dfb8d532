"""Stripe as a provider: PaymentIntents, refunds and signed webhooks, on Stripe's own package.

This module is imported only where there are keys. It repeats nothing by itself: the worker asks again, under the same
idempotency key, and decides when.
"""

import json
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import stripe
from aiohttp import ClientError, ClientTimeout
from stripe import (
    APIConnectionError,
    APIError,
    AuthenticationError,
    CardError,
    IdempotencyError,
    InvalidRequestError,
    RateLimitError,
    SignatureVerificationError,
    StripeClient,
    StripeError,
    StripeObject,
    WebhookSignature,
)

from models.payment_state import PaymentStatus, Seen, SeenRefund
from models.tender import RefundStatus
from server.payments import currency
from server.payments.embedding import opened
from server.payments.provider import Charge, Declined, Forged, Misconfigured, Notice, Return, Unreachable

TIMEOUT = ClientTimeout(total=8, sock_connect=3)
"""In seconds; Stripe is usually done after one. Shorter than the lease of whoever asks (`models.payment.LEASE`)."""

TOLERANCE_SECONDS = 300
"""How old the signature of a webhook may be; Stripe signs each delivery anew."""

LONGEST_FAILURE = 60
MOST_REFUNDS = 100

STATES = {
    "requires_payment_method": PaymentStatus.REQUIRES_ACTION,
    "requires_confirmation": PaymentStatus.REQUIRES_ACTION,
    "requires_action": PaymentStatus.REQUIRES_ACTION,
    "processing": PaymentStatus.PROCESSING,
    "requires_capture": PaymentStatus.PROCESSING,
    "succeeded": PaymentStatus.SUCCEEDED,
    "canceled": PaymentStatus.CANCELLED,
}
"""https://docs.stripe.com/payments/paymentintents/lifecycle"""

REFUND_STATES = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


TELLING = frozenset(
    {
        *(f"payment_intent.{what}" for what in ("requires_action", "processing", "payment_failed")),
        *(f"payment_intent.{what}" for what in ("succeeded", "canceled")),
        *(f"refund.{what}" for what in ("created", "updated", "failed")),
        "charge.refund.updated",
    }
)
"""The kinds of events that are looked at; that a payment was made we know by ourselves."""


class Stripe:
    """Implements `server.payments.provider.Provider`."""

    name = "stripe"

    def __init__(
        self,
        secret_key: str,
        publishable_key: str,
        webhook_secrets: Sequence[str],
        address: str,
        script_url: str = "https://js.stripe.com/dahlia/stripe.js",
    ) -> None:
        self.publishable_key, self.script_url = publishable_key, script_url
        self.opens = opened(script_url, address)
        self._webhook_secrets = tuple(webhook_secrets)
        # It would write an id into the home folder of whoever runs the server, and tell Stripe of the machine.
        stripe.enable_telemetry = False
        self._http = stripe.AIOHTTPClient(timeout=TIMEOUT)
        self._client = StripeClient(
            secret_key, base_addresses={"api": address}, max_network_retries=0, http_client=self._http
        )

    def step(self, code: str) -> int:
        """Return of how many minor units of a currency every amount must be a multiple."""
        return currency.step(code)

    async def start(self, charge: Charge) -> Seen:
        """Make a payment that waits for its payer, by whatever methods the house has switched on at Stripe."""
        intent = await _answer(
            self._client.v1.payment_intents.create_async(
                {
                    "amount": currency.smallest(charge.amount),
                    "currency": charge.amount.currency.lower(),
                    "automatic_payment_methods": {"enabled": True},
                    "metadata": {"restaurant_id": charge.restaurant_id, "payment_id": charge.payment_id},
                },
                {"idempotency_key": f"{charge.payment_id}-start"},
            )
        )
        return _seen(intent)

    async def look(self, intent_id: str) -> Seen:
        """Ask how far a payment is."""
        return _seen(await _answer(self._client.v1.payment_intents.retrieve_async(intent_id)))

    async def cancel(self, intent_id: str) -> Seen:
        """Cancel a payment; returns how far it is, which is further when it was too late.

        Under a key, a refusal of now would be the answer for a day, also when it could be cancelled by then.
        """
        cancelling = self._client.v1.payment_intents.cancel_async(intent_id, {"cancellation_reason": "abandoned"})
        try:
            return _seen(await _answer(cancelling))
        except Declined:
            return await self.look(intent_id)

    async def give_back(self, back: Return) -> SeenRefund:
        """Give money of a payment back."""
        metadata = {
            "restaurant_id": back.restaurant_id,
            "payment_id": back.payment_id,
            "refund_id": back.refund_id,
        }
        return _seen_refund(
            await _answer(
                self._client.v1.refunds.create_async(
                    {
                        "payment_intent": back.intent_id,
                        "amount": currency.smallest(back.amount),
                        "reason": "requested_by_customer",
                        "metadata": metadata,
                    },
                    {"idempotency_key": f"{back.refund_id}-refund"},
                )
            )
        )

    async def find_refund(self, back: Return) -> SeenRefund | None:
        """Look whether a refund was made although its answer was lost."""
        listing = await _answer(
            self._client.v1.refunds.list_async({"payment_intent": back.intent_id, "limit": MOST_REFUNDS})
        )
        ours = (one for one in listing["data"] if (one["metadata"] or {}).get("refund_id") == back.refund_id)
        return next((_seen_refund(one) for one in ours), None)

    async def look_at_refund(self, provider_id: str) -> SeenRefund:
        """Ask how far a refund is."""
        return _seen_refund(await _answer(self._client.v1.refunds.retrieve_async(provider_id)))

    def read(self, body: bytes, signature: str) -> Notice | None:
        """Return what Stripe tells, None for what is none of our business; raises `Forged`.

        Of several secrets each counts, so that one can be changed for another.
        """
        if not any(_is_signed(body, signature, secret) for secret in self._webhook_secrets):
            raise Forged
        return _notice(json.loads(body))

    async def close(self) -> None:
        """Let its connections go."""
        await self._http.close_async()  # type: ignore[no-untyped-call]


async def _answer(request: Awaitable[StripeObject]) -> dict[str, Any]:
    """Wait for an answer and say what it means when there is none, or it is a refusal."""
    try:
        return (await request).to_dict()
    except CardError as error:
        raise Declined(_reason(error)) from None
    except IdempotencyError as error:
        raise Misconfigured(_reason(error)) from None
    except InvalidRequestError as error:
        raise Declined(_reason(error)) from None
    except (APIConnectionError, APIError, RateLimitError) as error:
        raise Unreachable(type(error).__name__) from None
    except AuthenticationError as error:
        raise Misconfigured(_reason(error)) from None
    except StripeError as error:
        raise Misconfigured(_reason(error)) from None
    except (ClientError, TimeoutError) as error:
        # The body of an answer is read outside of the package's own guard.
        raise Unreachable(type(error).__name__) from None


def _reason(error: StripeError) -> str:
    """Return Stripe's code: of a declined card the more exact one. Its sentences may repeat what was sent."""
    exact = getattr(error.error, "decline_code", None)
    return str(exact or error.code or type(error).__name__)[:LONGEST_FAILURE]


def _seen(intent: Mapping[str, Any]) -> Seen:
    """Read a PaymentIntent; raises `Misconfigured` for one that we cannot have made."""
    try:
        failed = intent["last_payment_error"] or {}
        failure = failed.get("decline_code") or failed.get("code")
        return Seen(
            intent_id=intent["id"],
            status=STATES[intent["status"]],
            asked=currency.ours(intent["amount"], intent["currency"]),
            received=currency.ours(intent["amount_received"], intent["currency"]),
            client_secret=intent["client_secret"],
            failure=failure[:LONGEST_FAILURE] if failure else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Misconfigured(f"unreadable payment: {type(error).__name__}") from None


def _seen_refund(refund: Mapping[str, Any]) -> SeenRefund:
    try:
        failure = refund.get("failure_reason")
        return SeenRefund(
            provider_id=refund["id"],
            intent_id=refund.get("payment_intent"),
            status=REFUND_STATES[refund["status"]],
            amount=currency.ours(refund["amount"], refund["currency"]),
            failure=failure[:LONGEST_FAILURE] if failure else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Misconfigured(f"unreadable refund: {type(error).__name__}") from None


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
    except (SignatureVerificationError, ValueError):
        return False
    return True


def _notice(event: Any) -> Notice | None:
    """Read an event; only what carries our own metadata is ours."""
    try:
        subject, kind = event["data"]["object"], event["type"]
        if kind not in TELLING:
            return None
        ids = subject["metadata"]
        ours = {name: ids[name] for name in ("restaurant_id", "payment_id")}
        if subject["object"] == "payment_intent":
            return Notice(id=event["id"], kind=kind, **ours, seen=_seen(subject))
        if subject["object"] == "refund":
            refund = _seen_refund(subject)
            return Notice(id=event["id"], kind=kind, **ours, refund_id=ids["refund_id"], refund=refund)
    except (KeyError, TypeError, Misconfigured):
        return None
    return None
