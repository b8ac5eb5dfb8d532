"""Tokens across servers whose clocks differ, and across time."""

from datetime import UTC, datetime, timedelta

import pytest

from server.auth import Vault
from server.clock import Clock
from server.sealing import Safe

NOW = datetime(2026, 3, 1, 12, 0, 0, 20_000, UTC)
AGE = 3_600


def vault(ahead: timedelta = timedelta()) -> Vault:
    """The vault of a server whose clock is ahead of the others'."""
    safe = Safe({"e1": b"e" * 32}, {"i1": b"i" * 32}, Clock().nonce)
    return Vault({"p1": b"p" * 32}, [b"k" * 32], safe, lambda: NOW + ahead)


@pytest.mark.parametrize("seconds", [0.05, 1, 30, 600], ids=["50 ms", "1 s", "30 s", "10 min"])
def test_a_token_counts_on_a_server_whose_clock_is_behind(seconds: float) -> None:
    token = vault(timedelta(seconds=seconds)).sign("purpose", "one", "two")
    assert vault(timedelta(seconds=-0.04)).read("purpose", token, AGE) == ["one", "two"]


def test_a_token_counts_until_it_is_too_old() -> None:
    token = vault().sign("purpose", "one")
    assert vault(timedelta(seconds=AGE)).read("purpose", token, AGE) == ["one"]
    assert vault(timedelta(seconds=AGE + 1)).read("purpose", token, AGE) is None


def test_a_token_from_another_day_to_come_does_not_count() -> None:
    assert vault().read("purpose", vault(timedelta(days=1)).sign("purpose", "one"), AGE) is None


def test_a_token_without_an_age_counts_whenever_it_was_made() -> None:
    assert vault().read("purpose", vault(timedelta(days=-4_000)).sign("purpose", "one"), None) == ["one"]
