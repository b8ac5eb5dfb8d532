"""Personal texts are sealed to their place, and found without being told."""

import pytest

from models.sealed import Sealed, place_of
from server.clock import Clock
from server.sealing import Safe, SealBroken

PLACE = place_of("house", "customers", "one", "phone")
PHONE = "+40712345678"


def safe(*names: str) -> Safe:
    """A safe with keys of these names, newest first."""
    return Safe(
        {name: f"encrypt {name}".encode() * 4 for name in names},
        {name: f"index {name}".encode() * 4 for name in names},
        Clock().nonce,
    )


def test_a_sealed_text_opens_in_its_place() -> None:
    keys = safe("new")
    sealed = keys.seal(PLACE, "Ștefan, Str. Lungă 5")
    assert keys.unseal(PLACE, sealed) == "Ștefan, Str. Lungă 5"


@pytest.mark.parametrize(
    "elsewhere",
    [
        place_of("other", "customers", "one", "phone"),
        place_of("house", "orders", "one", "phone"),
        place_of("house", "customers", "two", "phone"),
        place_of("house", "customers", "one", "name"),
    ],
    ids=["house", "collection", "document", "field"],
)
def test_it_does_not_open_in_another_place(elsewhere: str) -> None:
    keys = safe("new")
    with pytest.raises(SealBroken, match="another place"):
        keys.unseal(elsewhere, keys.seal(PLACE, PHONE))


def test_a_changed_text_does_not_open() -> None:
    keys = safe("new")
    sealed = keys.seal(PLACE, PHONE)
    letters = list(sealed.text)
    letters[20] = "A" if letters[20] != "A" else "B"
    with pytest.raises(SealBroken):
        keys.unseal(PLACE, Sealed(key=sealed.key, text="".join(letters)))


def test_the_same_text_is_sealed_differently_each_time() -> None:
    keys = safe("new")
    assert keys.seal(PLACE, PHONE).text != keys.seal(PLACE, PHONE).text


def test_older_keys_still_open_and_a_key_that_is_gone_does_not() -> None:
    sealed = safe("old").seal(PLACE, PHONE)
    assert safe("new", "old").unseal(PLACE, sealed) == PHONE
    assert safe("new", "old").seal(PLACE, PHONE).key == "new"
    with pytest.raises(SealBroken, match="no encryption key named old"):
        safe("new").unseal(PLACE, sealed)


def test_an_index_finds_the_same_text_of_the_same_house_and_kind_only() -> None:
    keys = safe("new")
    (found,) = keys.blind("house", "phone", PHONE)
    assert (found,) == keys.blind("house", "phone", PHONE)
    others = [
        keys.blind("other", "phone", PHONE),
        keys.blind("house", "name", PHONE),
        keys.blind("house", "phone", "+4"),
    ]
    assert found not in [one for (one,) in others]
    assert PHONE not in found.digest


def test_a_text_has_an_index_under_each_key_newest_first() -> None:
    both = safe("new", "old").blind("house", "phone", PHONE)
    assert [one.key for one in both] == ["new", "old"]
    assert both[1] == safe("old").blind("house", "phone", PHONE)[0]
