"""The options of the server, each with its documentation on it; a test holds `config.yaml` to them.

The rules of the house are in `server.limits`, what is about payments and messages in `server.payment_options` and
`server.message_options`. How options are found and combined is in `server.config`.
"""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode


def words(value: object) -> object:
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


Origins = Annotated[list[Annotated[str, AfterValidator(_origin)]], NoDecode, BeforeValidator(words)]
Networks = Annotated[list[Annotated[str, AfterValidator(_network)]], NoDecode, BeforeValidator(words)]
SecretWords = Annotated[list[Annotated[SecretStr, Field(min_length=16)]], NoDecode, BeforeValidator(words)]

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
