"""The keys of the provider: from the environment alone, whole or not at all, and never shown."""

import os
from pathlib import Path

import pytest
from simulators.stripe_simulator import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

from server import config
from server.config import ConfigurationWrong, load
from server.masking import mask_text
from server.payments.opening import open_provider

PREFIX = "COMANDA_PAYMENTS__STRIPE__"
KEYS = {"SECRET_KEY": SECRET_KEY, "PUBLISHABLE_KEY": PUBLISHABLE_KEY, "WEBHOOK_SECRETS": WEBHOOK_SECRET}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, and none of the options that this machine may have set."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        monkeypatch.delenv(name)


def given(monkeypatch: pytest.MonkeyPatch, **keys: str) -> None:
    for name, value in (KEYS | keys).items():
        monkeypatch.setenv(PREFIX + name, value)


def test_without_keys_online_payment_is_off_and_says_so() -> None:
    payments = load().payments
    assert open_provider(payments) is None
    assert payments.stripe.summary.startswith("off: ")


async def test_with_keys_it_is_on_and_says_with_which_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, WEBHOOK_SECRETS=f"{WEBHOOK_SECRET},whsec_theOneBefore123")
    payments = load().payments
    provider = open_provider(payments)
    assert provider
    assert (provider.name, provider.publishable_key) == ("stripe", PUBLISHABLE_KEY)
    assert len(payments.stripe.webhook_secrets) == 2
    assert payments.stripe.summary == "on, with Stripe's test keys"
    await provider.close()


@pytest.mark.parametrize("missing", list(KEYS))
def test_two_of_three_keys_are_a_mistake(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    given(monkeypatch)
    monkeypatch.delenv(PREFIX + missing)
    with pytest.raises(ConfigurationWrong, match="all three are needed, or none"):
        load()


@pytest.mark.parametrize(
    "wrong",
    [
        {"SECRET_KEY": "sk_live_4eC39HqLyjWDarjtT1zdp7dc"},
        {"SECRET_KEY": PUBLISHABLE_KEY},
        {"PUBLISHABLE_KEY": SECRET_KEY},
        {"WEBHOOK_SECRETS": "short"},
    ],
)
def test_a_wrong_key_is_refused_by_the_name_of_its_variable_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    given(monkeypatch, **wrong)
    with pytest.raises(ConfigurationWrong, match=PREFIX.rstrip("_")) as caught:
        load()
    assert not any(value in str(caught.value) for value in (*KEYS.values(), *wrong.values()))


def test_keys_do_not_stand_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("payments:\n  stripe:\n    secret_key: sk_test_4eC39HqLyjWDarjtT1zdp7dc\n")
    with pytest.raises(ConfigurationWrong, match="must not stand in") as caught:
        load(path)
    assert "4eC39" not in str(caught.value)


def test_keys_do_not_show_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    shown = repr(load())
    assert SECRET_KEY not in shown
    assert WEBHOOK_SECRET not in shown


@pytest.mark.parametrize(
    "secret",
    [
        SECRET_KEY,
        WEBHOOK_SECRET,
        "sk_live_aaaaaaaaaaaaaaaaaaaaaaaa",
        "rk_test_aaaaaaaaaaaaaaaaaaaaaaaa",
        "pi_3aaaaaaaaaaaaaaaaa_secret_aaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_keys_and_client_secrets_are_hidden_in_logs(secret: str) -> None:
    assert mask_text(f"asked with {secret}, in vain") == "asked with ***, in vain"


def test_the_id_of_a_payment_stays_readable_in_logs() -> None:
    assert mask_text("payment 06gvpnchnii8trcm1b2ingpj is pi_3sim000001abcdef") == (
        "payment 06gvpnchnii8trcm1b2ingpj is pi_3sim000001abcdef"
    )
