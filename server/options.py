"""Every option of the server, with its documentation on it; a test holds `config.yaml` to it.

A figure that the domain needs has the name it has in `models.rules.Rules`. How options are found and combined is in
`server.config`.
"""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from models.rules import Rules


def _words(value: object) -> object:
    """Lists come from YAML as lists and from the environment as words parted by commas."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or value != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{value!r} is not an origin such as https://order.example.com (no path, no slash at the end)")
    return value.lower()


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError(f"{value!r} is not an address or a network such as 10.0.0.0/8") from None


Origins = Annotated[list[Annotated[str, AfterValidator(_origin)]], NoDecode, BeforeValidator(_words)]
Networks = Annotated[list[Annotated[str, AfterValidator(_network)]], NoDecode, BeforeValidator(_words)]
SecretWords = Annotated[list[Annotated[SecretStr, Field(min_length=16)]], NoDecode, BeforeValidator(_words)]
TestNumber = Annotated[str, Field(pattern=r"^\+[0-9]{8,15}:[0-9]{6}$")]
"""A phone number as E.164, and its code."""
TestNumbers = Annotated[list[TestNumber], NoDecode, BeforeValidator(_words)]

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[int, Field(ge=1)]


class Section(BaseModel):
    """A group of options; an option that does not exist is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Server(Section):
    """The address of the server and what stands in front of it."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 lets phones on your network in.")
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Server processes on that port. Polling needs exactly one.")
    public_url: str | None = Field(
        None, description="The address that guests' phones use, for links and QR codes; default: http://host:port."
    )
    origins: Origins = Field(
        default_factory=list,
        description="Web pages that may connect, besides our own (public_url): https://order.example.com.",
    )
    trusted_proxies: Networks = Field(
        default_factory=list, description="Addresses of reverse proxies whose X-Forwarded-For is believed: 10.0.0.0/8."
    )
    polling: bool = Field(False, description="Also allow long-polling, for networks that block WebSocket.")
    drain_seconds: int = Field(
        20, ge=0, le=600, description="How long a stopping process takes to send its clients elsewhere."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.polling and self.workers > 1:
            raise ValueError("polling works with one worker only, because its requests must all reach the same process")
        if self.public_url is not None:
            _origin(self.public_url)
        return self


class Mongodb(Section):
    """Where the truth is kept."""

    url: str | None = Field(
        None, description="A MongoDB 6.0+ replica set, mongodb://…; without it one is started under data_dir."
    )
    database: str = Field("comanda", pattern=r"^[A-Za-z0-9_-]{1,38}$", description="Name of the database.")
    embedded_port: int | None = Field(
        None, ge=1, le=65535, description="Port of the embedded one; default: any free one."
    )
    embedded_cache_mb: int = Field(256, ge=256, description="Memory the embedded one may use as its cache, in MiB.")


class Redis(Section):
    """Presence across processes. Nothing in it is the truth, and all of it may vanish."""

    enabled: bool = Field(True, description="Use Redis; without it each process knows only its own clients.")
    url: str | None = Field(
        None, description="A Redis, redis://…; without it one is started beside the embedded MongoDB."
    )


class Guard(Section):
    """What a socket may do before it is refused, slowed or closed. The reasons are in docs/operations.md."""

    message_bytes: Count = Field(16_384, description="Longest message, in bytes.")
    message_depth: Count = Field(8, description="Deepest nesting of a message.")
    message_keys: Count = Field(200, description="Most keys and elements in a message.")
    commands_per_second: Count = Field(10, description="Commands per second and socket; three times that disconnects.")
    commands_burst: Count = Field(30, description="Commands that may come at once.")
    identify_seconds: Seconds = Field(10, description="Time to prove who one is.")
    connects_per_second: Count = Field(
        300, description="New sockets per second and process; others are told to come back."
    )
    queue_packets: Count = Field(256, description="Packets waiting for one client before it is cut off.")
    queue_bytes: Count = Field(
        1_048_576, description="Bytes waiting for one client, besides the largest packet, before it is cut off."
    )
    unread_seconds: Seconds = Field(20, description="How long a client may leave bytes unread.")
    ping_interval_seconds: Seconds = Field(15, description="Time between pings.")
    ping_timeout_seconds: Seconds = Field(10, description="Time a client has to answer a ping.")
    kitchen_ping_interval_seconds: Seconds = Field(2, description="Time between pings of a kitchen screen.")
    kitchen_ping_timeout_seconds: Seconds = Field(3, description="Time a kitchen screen has to answer a ping.")
    phone_ping_interval_seconds: Seconds = Field(15, description="Time between pings of a silent SMS phone's app.")
    phone_silent_seconds: Seconds = Field(30, description="How long an SMS phone may say nothing at all.")
    command_deadline_seconds: Seconds = Field(5, description="Longest time a command may take before it is answered.")
    calls_per_minute: Count = Field(60, description="Calls of /api/checkout per minute, process and address.")
    calls_burst: Count = Field(30, description="Calls of /api/checkout that may come at once from one address.")


class Limits(Section):
    """The rules of the house; amounts are in minor units (bani, cents)."""

    pin_failures: Count = Field(5, description="Wrong PINs of a session within pin_window before new joins are locked.")
    pin_window: Seconds = Field(900, description="Window of pin_failures, in seconds.")
    pin_longest_wait: Seconds = Field(
        900, description="Longest wait after a wrong PIN, in seconds; it doubles up to that."
    )
    address_failures: Count = Field(50, description="Wrong PINs from one address within address_window.")
    house_network_failures: Count = Field(
        200, description="The same for the house's own network, which all guests share."
    )
    address_window: Seconds = Field(3600, description="Window of the two above, in seconds.")
    house_failures: Count = Field(
        100, description="Wrong PINs in one house within house_window, then joins of the house need a waiter's tap."
    )
    house_window: Seconds = Field(900, description="Window of house_failures, in seconds.")
    admit_seconds: Seconds = Field(120, description="How long such a tap opens the door of a session.")
    undo_seconds: Seconds = Field(120, description="How long the move of a party can be undone.")
    participants: Count = Field(40, description="Phones in one session.")
    sockets_per_participant: Count = Field(8, description="Live sockets of one phone.")
    cart_lines: Count = Field(60, description="Lines in one cart.")
    round_portions: Count = Field(200, description="Portions in one round.")
    round_amount: Count = Field(1_000_000, description="Price of one round, in minor units.")
    session_lines: Count = Field(500, description="Lines in all rounds of a session.")
    session_portions: Count = Field(1_000, description="Portions in all rounds of a session.")
    session_amount: Count = Field(5_000_000, description="Price of all rounds of a session, in minor units.")
    first_order_gate: bool = Field(False, description="The first round of a session waits for a waiter's tap.")
    hold_courses: bool = Field(False, description="A party's later courses are held until the one before is served.")
    fire_by_prep_time: bool = Field(
        True, description="Each dish of a course is to be begun so that all of it is ready at the same minute."
    )
    hold_seconds: int = Field(
        25, ge=1, le=30, description="How long a phone may review while the others wait, at most 30."
    )
    payment_minutes: Count = Field(
        15, description="How long a guest has to pay online before it is cancelled, in minutes."
    )
    service_requests: Count = Field(10, description="Requests for service of one party within service_window.")
    service_window: Seconds = Field(600, description="Window of service_requests, in seconds.")
    service_escalation_seconds: Seconds = Field(
        120, description="A request that nobody takes in this time raises an alarm on the floor, in seconds."
    )
    idle_minutes: Count = Field(
        45, description="A party that does nothing for so long is shown to the staff, in minutes."
    )
    wait_hours: int = Field(
        3, ge=1, le=24, description="Waiting times are measured on what was cooked in so many hours."
    )
    unseen_seconds: Seconds = Field(
        20, description="A ticket that no screen of its station shows in this time raises an alarm, in seconds."
    )
    dark_seconds: Seconds = Field(
        5, description="A station with something to do that has no screen for so long raises an alarm, in seconds."
    )
    approval_amount: int = Field(
        10_000,
        ge=0,
        description="Void, comp, discount and refund above this need a manager's PIN, in minor units; 0: always.",
    )
    void_day_amount: int = Field(
        100_000,
        ge=0,
        description="What a person may void on a business day without a manager's PIN, in minor units; 0: any amount.",
    )
    comp_day_amount: int = Field(50_000, ge=0, description="The same for comps.")
    discount_day_amount: int = Field(50_000, ge=0, description="The same for discounts.")
    refund_day_amount: int = Field(50_000, ge=0, description="The same for refunds.")
    promotion_failures: Count = Field(
        5, description="Wrong promotion codes of one party within promotion_window before it has to wait."
    )
    promotion_window: Seconds = Field(900, description="Window of promotion_failures, in seconds.")
    login_failures: Count = Field(5, description="Wrong passwords of one log-in name within login_window.")
    login_window: Seconds = Field(900, description="Window of login_failures, in seconds.")
    login_longest_wait: Seconds = Field(900, description="Longest wait after a wrong password, in seconds.")
    login_address_failures: Count = Field(
        30, description="Failed log-ins over all names from one address or enrolled device within login_window."
    )
    staff_session_hours: Count = Field(12, description="Longest log-in of staff by PIN, in hours.")
    access_token_seconds: Seconds = Field(900, description="Life of an access token of staff.")
    refresh_token_days: Count = Field(7, description="Life of a log-in by password after its last refresh, in days.")
    refresh_grace_seconds: Count = Field(
        10, description="How long the refresh token before the present one is answered, in seconds."
    )
    pairing_seconds: Seconds = Field(60, description="Life of the code that pairs a device.")
    pairing_failures: Count = Field(10, description="Wrong pairing codes from one address within pairing_window.")
    pairing_window: Seconds = Field(900, description="Window of pairing_failures, in seconds.")
    session_token_hours: Count = Field(12, description="Life of a guest's session token, in hours.")
    code_seconds: Seconds = Field(300, description="Life of a one-time code.")
    code_tries: Count = Field(5, description="Wrong tries of one challenge, however often its code is sent again.")
    code_resend_seconds: Seconds = Field(60, description="Time before a code is sent again, in seconds.")
    phone_messages: Count = Field(3, description="Codes sent to one phone number on one day of the house.")
    address_messages: Count = Field(5, description="Codes asked for from one address within an hour.")
    house_messages: Count = Field(200, description="Codes sent by one house within an hour.")
    code_use_percent: int = Field(
        20,
        ge=0,
        le=100,
        description="When fewer codes than this are used within code_use_window, in percent, no more are sent for a "
        "while; 0: never.",
    )
    code_use_sample: Count = Field(
        20, description="So many codes must have been sent in that window before that is looked at."
    )
    code_use_window: Seconds = Field(
        900, description="Window of code_use_percent, and how long no codes are sent then, in seconds."
    )
    recipient_messages: Count = Field(6, description="Messages of all kinds to one phone number within an hour.")
    sim_parts: Count = Field(25, description="Parts of messages that one card of a phone is given within sim_window.")
    sim_window: Seconds = Field(1800, description="Window of sim_parts, in seconds.")
    sim_month_parts: Count = Field(2_000, description="Parts that one card is given in a calendar month (UTC).")
    sms_phone_jobs: Count = Field(5, description="Messages that a phone of the house has to send at a time.")
    sms_phone_failures: Count = Field(3, description="Failures in a row after which a phone is given nothing at first.")
    sms_phone_probe_seconds: Seconds = Field(
        30, description="After how many seconds it is given one message to try; it doubles each time."
    )
    sms_phone_probe_longest: Seconds = Field(900, description="Longest time before such a try, in seconds.")
    sms_phone_unused: Count = Field(
        5,
        description="A phone is paused when so many codes that it says it has sent are over, and none of twice as many "
        "was used.",
    )
    sms_longest_wait: Seconds = Field(
        60, description="When a code has waited for so long to be sent, no more are taken on; in seconds."
    )
    phone_block_seconds: Seconds = Field(
        900, description="How long a phone number is blocked after code_tries wrong codes; it doubles each time."
    )
    phone_block_longest: Seconds = Field(
        86_400, description="Longest time for which a phone number is blocked, in seconds."
    )
    addresses: Count = Field(50, description="Addresses of one customer.")
    checkout_token_seconds: Seconds = Field(
        1800, description="Life of a customer's token, in seconds; a refresh makes a new one."
    )
    checkout_session_hours: Count = Field(
        12, description="Longest time for which a phone number counts as proved, in hours."
    )
    sms_on_leaving: bool = Field(
        False, description="Whether a customer gets a message when the order leaves the house, where messages are sent."
    )
    void_alarm_count: Count = Field(
        10,
        description="Voids, comps, discounts and refunds of one person within void_alarm_window that raise an alarm.",
    )
    void_alarm_amount: Count = Field(100_000, description="What they come to that raises it, in minor units.")
    void_alarm_window: Seconds = Field(3600, description="Window of the two above, in seconds.")
    pin_alarm_sessions: Count = Field(
        10, description="Sessions with wrong PINs within house_window that raise an alarm."
    )
    login_alarm_names: Count = Field(
        5, description="Names with failed log-ins within login_window that raise an alarm."
    )
    device_alarm_refusals: Count = Field(5, description="Devices refused within pairing_window that raise an alarm.")

    def rules(self) -> Rules:
        """Return these figures as the domain takes them."""
        return Rules(**self.model_dump())


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


class Audit(Section):
    """The log that cannot be changed unnoticed."""

    anchor_file: Path | None = Field(
        None, description="Where the heads of its chains are noted; default: audit-anchors.jsonl in data_dir."
    )


class Log(Section):
    """What the server says."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="debug, info, warning or error.")
    format: Literal["auto", "console", "json"] = Field(
        "auto", description="console for people, json for machines; auto: console on a terminal."
    )


class Key(Section):
    """A key and its name; the name stands beside whatever was made with it, so that keys can be changed."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,16}$")
    key: SecretStr = Field(min_length=32)


def _keys(value: object) -> object:
    """From the environment keys come as `id:key,id:key`."""
    if not isinstance(value, str):
        return value
    pairs = [word.partition(":") for word in value.split(",") if word.strip()]
    return [{"id": name.strip(), "key": key.strip()} for name, _, key in pairs]


Keys = Annotated[list[Key], NoDecode, BeforeValidator(_keys)]


class Secrets(Section):
    """Keys, newest first: the first makes, all of them check. Only from the environment or from the data folder."""

    peppers: Keys = Field(default_factory=list, description="Under which PINs and one-time codes are hashed.")
    token_keys: Keys = Field(default_factory=list, description="Which sign tokens and cookies.")
    audit_keys: Keys = Field(default_factory=list, description="Under which the audit log is sealed.")
    encryption_keys: Keys = Field(default_factory=list, description="Under which personal data is encrypted.")
    index_keys: Keys = Field(default_factory=list, description="By which encrypted phone numbers are found.")

    def by_name(self, keys: str) -> dict[str, bytes]:
        """Return one of the lists as bytes by name, newest first."""
        return {key.id: key.key.get_secret_value().encode() for key in getattr(self, keys)}
