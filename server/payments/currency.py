"""How Stripe writes amounts: in its smallest unit of a currency, which is not always the one of ISO 4217.

The rules are those of https://docs.stripe.com/currencies.
"""

from models.money import Money, exponent

WITHOUT_DIGITS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"],
)
"""Of the ariary (MGA) ISO 4217 knows a fifth, as two digits; Stripe does not."""

WITH_TWO_DIGITS = frozenset({"ISK", "UGX"})
"""Written with two digits for compatibility, though they have none by now."""

THREE_DIGITS = 3
"""Of the dinars and the rial the last digit must be zero."""


def smallest(money: Money) -> int:
    """Return an amount as Stripe writes it; raises `ValueError` where it cannot."""
    if money.amount % step(money.currency):
        raise ValueError(f"{money.amount} {money.currency} cannot be charged")
    times, per = _factors(money.currency)
    return money.amount * times // per


def ours(amount: int, currency: str) -> Money:
    """Return an amount that Stripe wrote; `currency` as Stripe writes it, `ron`. Raises `ValueError` for what is no
    whole number of our minor units.
    """
    code = currency.upper()
    times, per = _factors(code)
    if amount % times:
        raise ValueError(f"{amount} {currency} is no amount of ours")
    return Money(amount=amount // times * per, currency=code)


def step(currency: str) -> int:
    """Return of how many minor units every amount must be a multiple."""
    return 10 if exponent(currency) == THREE_DIGITS else _factors(currency)[1]


def _factors(currency: str) -> tuple[int, int]:
    """Return by what an amount of ours is multiplied and by what it is divided to be Stripe's."""
    mine = exponent(currency)
    theirs = 0 if currency in WITHOUT_DIGITS else 2 if currency in WITH_TWO_DIGITS else mine
    times: int = 10 ** max(0, theirs - mine)
    per: int = 10 ** max(0, mine - theirs)
    return times, per
