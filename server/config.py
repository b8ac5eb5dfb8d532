"""The configuration: `config.yaml`, overridden by `COMANDA_<SECTION>__<OPTION>`, checked whole before anything starts.

A mistake stops the start with one sentence that names the option. Secrets never stand in the file: they come from the
environment, or are made once into the data folder of a development machine.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from server.limits import Limits
from server.message_options import Messages
from server.options import Audit, Guard, Log, Mongodb, Redis, Secrets, Server
from server.payment_options import Payments

PREFIX = "COMANDA_"
DEFAULT_FILE = Path("config.yaml")
KEY_GROUPS = (("payments", "stripe"), ("messages", "twilio"), ("messages", "webhook"))
"""Options that are keys, and come from the environment alone."""
_NOT_OPTIONS = ("COMANDA_CONFIG", "COMANDA_TEST_", "COMANDA_BENCH_")


class ConfigurationWrong(Exception):  # noqa: N818  (a sentence for the operator, not a fault)
    """The configuration cannot be used; the text is one sentence that names the option."""


class Settings(BaseSettings):
    """All options. Made by `load`; in tests also directly, with sections as keywords."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses what is only good enough for a first look."
    )
    data_dir: Path = Field(
        Path("data"), description="Folder of the embedded services and of secrets made at first start."
    )
    server: Server = Server()
    mongodb: Mongodb = Mongodb()
    redis: Redis = Redis()
    guard: Guard = Guard()
    limits: Limits = Limits()
    payments: Payments = Payments()
    messages: Messages = Messages()
    audit: Audit = Audit()
    log: Log = Log()
    secrets: Secrets = Secrets()

    @property
    def is_embedded(self) -> bool:
        """Whether this server brings its own MongoDB."""
        return self.mongodb.url is None

    @property
    def public_url(self) -> str:
        """The address under which people reach this server, without a slash at its end."""
        is_for_all = self.server.host in ("0.0.0.0", "::", "127.0.0.1")  # noqa: S104  (compared, not bound)
        host = "localhost" if is_for_all else self.server.host
        return self.server.public_url or f"http://{host}:{self.server.port}"

    @property
    def sends_messages(self) -> str:
        """Who brings messages to phones: twilio, webhook, console or none."""
        return self.messages.provider or ("console" if self.environment == "development" else "none")

    @property
    def anchor_file(self) -> Path:
        """Where the heads of the audit chains are noted."""
        return self.audit.anchor_file or self.data_dir / "audit-anchors.jsonl"

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        if self.environment == "production":
            if self.mongodb.url is None:
                raise ValueError("mongodb.url: production needs a replica set of its own; set COMANDA_MONGODB__URL")
            if not (self.server.public_url or "").startswith("https://"):
                raise ValueError("server.public_url: production needs the https:// address that guests use")
            if self.messages.provider == "console":
                raise ValueError(
                    "messages.provider: console shows codes on the terminal; production has twilio or webhook"
                )
            if self.messages.test_numbers:
                raise ValueError("messages.test_numbers: whoever knows one is let in; production has none")
            for name in Secrets.model_fields:
                if not getattr(self.secrets, name):
                    raise ValueError(
                        f"secrets.{name}: set COMANDA_SECRETS__{name.upper()}; `comanda new-secrets` makes some"
                    )
        return self

    def with_services(self, mongo_url: str, redis_url: str | None) -> "Settings":
        """Return the settings with the addresses of services that were started for them."""
        return self.model_copy(
            update={
                "mongodb": self.mongodb.model_copy(update={"url": mongo_url}),
                "redis": self.redis.model_copy(update={"url": redis_url}),
            }
        )


def load(path: Path | None = None, **overrides: Any) -> Settings:
    """Read the configuration; raise `ConfigurationWrong`.

    `path` must exist if given (also by COMANDA_CONFIG); `config.yaml` in the current folder need not. `overrides` are
    sections (`server={"port": 1}`) and win over the environment.
    """
    named = path or (Path(os.environ["COMANDA_CONFIG"]) if os.environ.get("COMANDA_CONFIG") else None)
    document = _read(named or DEFAULT_FILE, must_exist=named is not None)
    _refuse_unknown_variables()

    class Located(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, init_kwargs=document)

    try:
        return Located(**overrides)
    except SettingsError as error:
        raise ConfigurationWrong(f"{error}: set one option at a time, as in COMANDA_SERVER__PORT.") from None
    except ValidationError as error:
        raise ConfigurationWrong(_sentence(error, named or DEFAULT_FILE)) from None


def with_secrets(settings: Settings) -> Settings:
    """Return the settings with keys; missing ones come from `data_dir`/secrets.yaml, which is made once, mode 600."""
    given = settings.secrets
    if all(getattr(given, name) for name in Secrets.model_fields):
        return settings
    path = settings.data_dir / "secrets.yaml"
    if not path.exists():
        _make_secrets(path)
    if path.stat().st_mode & 0o077:
        raise ConfigurationWrong(f"{path} can be read by others; run: chmod 600 {path}")
    stored = _stored_secrets(path)
    if not all(getattr(stored, name) for name in Secrets.model_fields):
        _complete_secrets(path)
        stored = _stored_secrets(path)
    filled = {name: getattr(given, name) or getattr(stored, name) for name in Secrets.model_fields}
    return settings.model_copy(update={"secrets": Secrets(**filled)})


def new_key() -> str:
    """Return a new key of 256 bits with its name, as `id:key`."""
    key = secrets.token_urlsafe(32)
    return f"{hashlib.sha256(key.encode()).hexdigest()[:8]}:{key}"


def _stored_secrets(path: Path) -> Secrets:
    try:
        return Secrets.model_validate(yaml.safe_load(path.read_text()))
    except (ValidationError, yaml.YAMLError):
        raise ConfigurationWrong(f"{path} is damaged: restore it, or delete it and all PINs and log-ins end.") from None


def _complete_secrets(path: Path) -> None:
    """Add the keys that an older version did not make yet; the others stay as they are."""
    known = yaml.safe_load(path.read_text())
    draft = _draft(path, {name: new_key() for name in Secrets.model_fields} | known)
    draft.replace(path)


def _draft(path: Path, content: dict[str, Any]) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        yaml.safe_dump(content, file)
    return draft


def _make_secrets(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, {name: new_key() for name in Secrets.model_fields})
    # A link appears whole or not at all: of two processes that start together both read the same keys.
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def _read(path: Path, *, must_exist: bool) -> dict[str, Any]:
    if not path.exists():
        if must_exist:
            raise ConfigurationWrong(f"There is no configuration file {path}.")
        return {}
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationWrong(f"{path} cannot be read: {' '.join(str(error).split())}.") from None
    if not isinstance(document, dict):
        raise ConfigurationWrong(f"{path} must consist of sections such as `server:`, with options below them.")
    if "secrets" in document:
        raise ConfigurationWrong(
            f"secrets: must not stand in {path}; set COMANDA_SECRETS__PEPPERS, __TOKEN_KEYS, __AUDIT_KEYS, "
            "__ENCRYPTION_KEYS and __INDEX_KEYS."
        )
    if isinstance(document.get("payments"), dict) and "stripe" in document["payments"]:
        raise ConfigurationWrong(
            f"payments.stripe: must not stand in {path}; set COMANDA_PAYMENTS__STRIPE__SECRET_KEY, __PUBLISHABLE_KEY "
            "and __WEBHOOK_SECRETS."
        )
    given = document.get("messages")
    for name in ("twilio", "webhook"):
        if isinstance(given, dict) and name in given:
            raise ConfigurationWrong(
                f"messages.{name}: must not stand in {path}; set COMANDA_MESSAGES__{name.upper()}__… instead."
            )
    # A section whose options are all commented out reads as nothing.
    return {name: content for name, content in document.items() if content is not None}


def _refuse_unknown_variables() -> None:
    for name in os.environ:
        if name.startswith(PREFIX) and not name.startswith(_NOT_OPTIONS):
            section = name.removeprefix(PREFIX).partition("__")[0].lower()
            if section not in Settings.model_fields:
                raise ConfigurationWrong(
                    f"{name}: there is no option of this name; `comanda check-config` lists them all."
                )


def _sentence(error: ValidationError, path: Path) -> str:
    """Say the first mistake: which option, what is wrong, and where it was set."""
    first = error.errors(include_url=False)[0]
    names = [str(part) for part in first["loc"] if not isinstance(part, int)]
    reason = first["msg"].removeprefix("Value error, ")
    if not names:
        return f"{reason}."
    is_key = tuple(names[:2]) in KEY_GROUPS
    variable = PREFIX + "__".join(names[: 3 if is_key else 2]).upper()
    source = variable if is_key or variable in os.environ else str(path) if path.exists() else "the command line"
    if first["type"] == "extra_forbidden":
        return f"{'.'.join(names)}: there is no option of this name ({source})."
    is_secret = names[0] == "secrets" or is_key
    given = "" if is_secret or first["type"] == "value_error" else f", but it is {first['input']!r}"
    return f"{'.'.join(names)}: {reason[0].lower()}{reason[1:]}{given} ({source})."
