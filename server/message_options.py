"""The options about messages to phones: who sends them, and with which keys."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from server.options import SecretWords, Section, words
from sms_gateway.providers.standard_webhook import key_of

TestNumber = Annotated[str, Field(pattern=r"^\+[0-9]{8,15}:[0-9]{6}$")]
"""A phone number as E.164, and its code."""
TestNumbers = Annotated[list[TestNumber], NoDecode, BeforeValidator(words)]


class TwilioKeys(Section):
    """The house's account at Twilio. Only from the environment."""

    account_sid: str | None = Field(None, pattern=r"^AC[0-9a-fA-F]{32}$", description="AC…: the account.")
    auth_tokens: SecretWords = Field(
        default_factory=list, description="The account's token: it signs what Twilio tells; two while one is changed."
    )
    api_key_sid: str | None = Field(
        None, pattern=r"^SK[0-9a-fA-F]{32}$", description="SK…: asks for things instead of the account's token."
    )
    api_key_secret: SecretStr | None = Field(None, min_length=16, description="The secret of that key.")
    sender: str | None = Field(
        None, pattern=r"^(\+[0-9]{8,15}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$", description="From whom messages come."
    )
    service_sid: str | None = Field(
        None, pattern=r"^MG[0-9a-fA-F]{32}$", description="MG…: the messaging service that chooses the sender."
    )

    @property
    def is_given(self) -> bool:
        """Whether messages can be sent."""
        return self.account_sid is not None

    @property
    def summary(self) -> str:
        """Say whether there is an account, without any key."""
        if not self.is_given:
            return "no account at Twilio in the environment (COMANDA_MESSAGES__TWILIO__ACCOUNT_SID and more)"
        by = "an API key" if self.api_key_sid else "the account's token"
        return f"there are keys of Twilio: {by}, from {'a number' if self.sender else 'a messaging service'}"

    @model_validator(mode="after")
    def _fit(self) -> Self:
        needed = (bool(self.account_sid), bool(self.auth_tokens), bool(self.sender or self.service_sid))
        if (any(needed) or self.api_key_sid or self.api_key_secret) and not all(needed):
            raise ValueError("ACCOUNT_SID, AUTH_TOKENS and one of SENDER and SERVICE_SID are needed, or none of them")
        if self.sender and self.service_sid:
            raise ValueError("of SENDER and SERVICE_SID only one can be")
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("of API_KEY_SID and API_KEY_SECRET both are needed, or none")
        return self


class WebhookKeys(Section):
    """A service of the house that sends messages. Only from the environment."""

    url: str | None = Field(None, description="Where messages are posted to.")
    secrets: SecretWords = Field(
        default_factory=list, description="whsec_…: each signs, on both sides; two while one is changed."
    )

    @property
    def is_given(self) -> bool:
        """Whether messages can be sent."""
        return self.url is not None

    @property
    def summary(self) -> str:
        """Say whether there is such a service, and where, without any key."""
        if self.url is None:
            return "no service in the environment (COMANDA_MESSAGES__WEBHOOK__URL and __SECRETS)"
        return f"there is a service at {urlsplit(self.url).hostname}"

    @property
    def keys(self) -> list[bytes]:
        """The secrets as the bytes that sign."""
        return [key_of(one.get_secret_value()) for one in self.secrets]

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if bool(self.url) != bool(self.secrets):
            raise ValueError("of URL and SECRETS both are needed, or none")
        parts = urlsplit(self.url or "https://nowhere")
        is_near = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if (
            not parts.hostname
            or parts.username
            or not (parts.scheme == "https" or (parts.scheme == "http" and is_near))
        ):
            raise ValueError("a URL begins with https://, or with http:// on this machine, and has no password in it")
        try:
            self.keys  # noqa: B018  (whether they can be read)
        except ValueError:
            raise ValueError("each of SECRETS is whsec_ and 24 to 64 random bytes in base64") from None
        return self


class Messages(Section):
    """Messages to phones: the codes that prove a number. Keys come from the environment: COMANDA_MESSAGES__TWILIO__…"""

    provider: Literal["none", "console", "twilio", "webhook"] | None = Field(
        None,
        description="Who sends them: twilio, webhook (a service of your own), console (printed, only in development), "
        "none; default: console in development, none in production.",
    )
    twilio_url: str = Field("https://api.twilio.com", description="Where Twilio answers; another address is for tests.")
    twilio: TwilioKeys = Field(TwilioKeys(), description="Whether there is an account at Twilio.")
    webhook: WebhookKeys = Field(WebhookKeys(), description="Whether there is a service of your own.")
    test_numbers: TestNumbers = Field(
        default_factory=list,
        description="Numbers of tests, each with the code that it always has and that is never sent: "
        "+40700000001:123456. Only in development.",
    )

    @property
    def test_codes(self) -> dict[str, str]:
        """The codes of test numbers, by number."""
        return dict(one.split(":") for one in self.test_numbers)

    @model_validator(mode="after")
    def _fit(self) -> Self:
        for name, keys in (("twilio", self.twilio), ("webhook", self.webhook)):
            if self.provider == name and not keys.is_given:
                raise ValueError(f"the provider is {name}, but there is {keys.summary}")
            if self.provider is None and keys.is_given:
                raise ValueError(f"there are keys of {name}, so say that it is the provider, or none")
        return self
