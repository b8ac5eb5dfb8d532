"""Who brings messages to phones: said by one option, with keys from the environment alone, whole and never shown."""

import os
from pathlib import Path
from typing import Any

import pytest
from messages.twilio_simulator import ACCOUNT, KEY, KEY_SECRET, SENDER, SERVICE, TOKEN
from messages.webhook_simulator import FORMER_SECRET, SECRET
from typer.testing import CliRunner

from server import config
from server.cli import app
from server.clock import Clock
from server.config import ConfigurationWrong, load
from server.masking import mask_text
from server.messages import open_providers

PREFIX = "COMANDA_MESSAGES__"
TWILIO = {
    "PROVIDER": "twilio",
    "TWILIO__ACCOUNT_SID": ACCOUNT,
    "TWILIO__AUTH_TOKENS": TOKEN,
    "TWILIO__SENDER": SENDER,
}
WEBHOOK = {"PROVIDER": "webhook", "WEBHOOK__URL": "https://sms.example.com/out", "WEBHOOK__SECRETS": SECRET}
PRODUCTION = {
    "COMANDA_ENVIRONMENT": "production",
    "COMANDA_MONGODB__URL": "mongodb://db/?replicaSet=rs",
    "COMANDA_SERVER__PUBLIC_URL": "https://order.example.com",
    **{
        f"COMANDA_SECRETS__{name}": "a:" + name[0].lower() * 40
        for name in ("PEPPERS", "TOKEN_KEYS", "AUDIT_KEYS", "ENCRYPTION_KEYS", "INDEX_KEYS")
    },
}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, and none of the options that this machine may have set."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        monkeypatch.delenv(name)


def given(monkeypatch: pytest.MonkeyPatch, keys: dict[str, str]) -> None:
    for name, value in keys.items():
        monkeypatch.setenv(name if name.startswith("COMANDA_") else PREFIX + name, value)


def names() -> list[str]:
    """Return who would bring messages, in their order."""
    return [one.name for one in open_providers(load(), Clock())]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, ["console"]),
        (PRODUCTION, []),
        ({"PROVIDER": "none"}, []),
        ({"PROVIDER": "console"}, ["console"]),
        (TWILIO, ["twilio"]),
        (PRODUCTION | TWILIO, ["twilio"]),
        (WEBHOOK, ["webhook"]),
        (WEBHOOK | {"WEBHOOK__URL": "http://127.0.0.1:9000/out"}, ["webhook"]),
        (TWILIO | WEBHOOK, ["webhook"]),
        (TWILIO | {"PROVIDER": "none"}, []),
    ],
)
def test_one_option_says_who_brings_messages(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, str], expected: list[str]
) -> None:
    given(monkeypatch, keys)
    assert names() == expected


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"PROVIDER": "twilio"}, "the provider is twilio, but there is no account at Twilio"),
        ({"PROVIDER": "webhook"}, "the provider is webhook, but there is no service"),
        ({"PROVIDER": "pigeon"}, "messages.provider"),
        (TWILIO | {"PROVIDER": ""}, "there are keys of twilio, so say that it is the provider, or none"),
        (TWILIO | {"TWILIO__AUTH_TOKENS": ""}, "are needed, or none of them"),
        (TWILIO | {"TWILIO__SENDER": ""}, "are needed, or none of them"),
        (TWILIO | {"TWILIO__SERVICE_SID": SERVICE}, "only one can be"),
        (TWILIO | {"TWILIO__API_KEY_SID": KEY}, "API_KEY_SECRET both are needed"),
        (TWILIO | {"TWILIO__ACCOUNT_SID": TOKEN}, "messages.twilio.account_sid"),
        (TWILIO | {"TWILIO__SENDER": "+40 700"}, "messages.twilio.sender"),
        (WEBHOOK | {"WEBHOOK__SECRETS": ""}, "both are needed, or none"),
        (WEBHOOK | {"WEBHOOK__SECRETS": "not-a-webhook-secret"}, "whsec_ and 24 to 64 random bytes"),
        (WEBHOOK | {"WEBHOOK__URL": "http://sms.example.com/out"}, "begins with https://"),
        (WEBHOOK | {"WEBHOOK__URL": "https://me:secret@sms.example.com"}, "has no password in it"),
        (PRODUCTION | {"PROVIDER": "console"}, "console shows codes on the terminal"),
    ],
)
def test_what_does_not_fit_together_is_one_sentence_without_a_key(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, str], sentence: str
) -> None:
    given(monkeypatch, keys)
    with pytest.raises(ConfigurationWrong) as caught:
        load()
    text = str(caught.value)
    assert sentence in text
    assert text.count("\n") == 0
    assert not any(secret in text for secret in (TOKEN, SECRET, "not-a-webhook-secret", "me:secret"))


@pytest.mark.parametrize("name", ["twilio", "webhook"])
def test_keys_do_not_stand_in_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"messages:\n  {name}:\n    secrets: [{SECRET}]\n")
    with pytest.raises(ConfigurationWrong, match=f"messages.{name}: must not stand in") as caught:
        load(path)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "no account at Twilio"),
        (TWILIO, "the account's token, from a number"),
        (
            {**TWILIO, "TWILIO__SENDER": "", "TWILIO__SERVICE_SID": SERVICE}
            | {"TWILIO__API_KEY_SID": KEY, "TWILIO__API_KEY_SECRET": KEY_SECRET},
            "an API key, from a messaging service",
        ),
        (WEBHOOK | {"WEBHOOK__SECRETS": f"{SECRET},{FORMER_SECRET}"}, "there is a service at sms.example.com"),
    ],
)
def test_the_summary_says_what_there_is_and_no_key(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, str], said: str
) -> None:
    given(monkeypatch, keys)
    monkeypatch.setenv("COLUMNS", "400")
    shown: Any = CliRunner().invoke(app, ["check-config"])
    assert shown.exit_code == 0, shown.output
    assert said in shown.output
    for text in (shown.output, repr(load())):
        assert not any(secret in text for secret in (TOKEN, KEY_SECRET, SECRET, FORMER_SECRET))


@pytest.mark.parametrize("secret", [TOKEN, KEY_SECRET, SECRET, FORMER_SECRET])
def test_keys_are_hidden_in_logs(secret: str) -> None:
    assert mask_text(f"asked with {secret}, in vain") == "asked with ***, in vain"
