"""The options about payments from guests' phones: who takes them, and with which keys."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from server.options import SecretWords, Section


class StripeKeys(Section):
    """Keys of the house's account at Stripe. Only from the environment."""

    secret_key: SecretStr | None = Field(None, description="sk_… or rk_…: with which the server asks Stripe.")
    publishable_key: str | None = Field(None, pattern=r"^pk_\w+$", description="pk_…: with which phones ask Stripe.")
    webhook_secrets: SecretWords = Field(
        default_factory=list, description="whsec_…: each may sign what Stripe tells; two while one is changed."
    )

    @property
    def is_given(self) -> bool:
        """Whether payments can be taken."""
        return self.secret_key is not None

    @property
    def summary(self) -> str:
        """Say whether guests can pay online, without any key."""
        if not self.is_given:
            return "off: no keys of Stripe in the environment (COMANDA_PAYMENTS__STRIPE__SECRET_KEY and two more)"
        return "on, with Stripe's test keys" if "_test_" in (self.publishable_key or "") else "on, with Stripe"

    @model_validator(mode="after")
    def _fit(self) -> Self:
        secret = self.secret_key.get_secret_value() if self.secret_key else ""
        given = (bool(secret), bool(self.publishable_key), bool(self.webhook_secrets))
        if any(given) and not all(given):
            raise ValueError("of SECRET_KEY, PUBLISHABLE_KEY and WEBHOOK_SECRETS all three are needed, or none")
        if not secret:
            return self
        kinds = {kind for kind in ("test", "live") if secret.startswith((f"sk_{kind}_", f"rk_{kind}_"))}
        if not kinds:
            raise ValueError("a SECRET_KEY begins with sk_live_, rk_live_, sk_test_ or rk_test_")
        if kinds != {(self.publishable_key or "").split("_")[1]}:
            raise ValueError("the SECRET_KEY and the PUBLISHABLE_KEY are of different kinds: both test, or both live")
        return self


class Payments(Section):
    """Payment from guests' phones. Off without keys, which come from the environment: COMANDA_PAYMENTS__STRIPE__…"""

    stripe_url: str = Field("https://api.stripe.com", description="Where Stripe answers; another address is for tests.")
    stripe_script_url: str = Field(
        "https://js.stripe.com/dahlia/stripe.js",
        pattern=r"^https?://[^\s;,'\"{}]+$",
        description="Stripe.js, which phones load from there when somebody pays; another address is for tests.",
    )
    stripe: StripeKeys = Field(StripeKeys(), description="Whether guests can pay online.")
