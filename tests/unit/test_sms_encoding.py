"""In which alphabet a message is sent, and how many parts it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sms_encoding import BASIC, EXTENDED, JOINED, SINGLE, Alphabet, encoded


@pytest.mark.parametrize(
    ("text", "alphabet", "parts"),
    [
        ("", Alphabet.GSM_7, 1),
        ("a" * 160, Alphabet.GSM_7, 1),
        ("a" * 161, Alphabet.GSM_7, 2),
        ("a" * 306, Alphabet.GSM_7, 2),
        ("a" * 307, Alphabet.GSM_7, 3),
        ("€" * 80, Alphabet.GSM_7, 1),
        ("€" * 81, Alphabet.GSM_7, 2),
        # 76 pairs fill 152 of 153 places: the 77th is not cut in two.
        ("€" * 152 + "a", Alphabet.GSM_7, 2),
        ("€" * 153, Alphabet.GSM_7, 3),
        ("я" * 70, Alphabet.UCS_2, 1),
        ("я" * 71, Alphabet.UCS_2, 2),
        ("я" * 134, Alphabet.UCS_2, 2),
        ("я" * 135, Alphabet.UCS_2, 3),
        ("🍲" * 35, Alphabet.UCS_2, 1),
        ("🍲" * 36, Alphabet.UCS_2, 2),
        # 33 pairs fill 66 of 67 places.
        ("🍲" * 66, Alphabet.UCS_2, 2),
        ("🍲" * 67, Alphabet.UCS_2, 3),
    ],
)
def test_parts_are_counted_as_the_network_does(text: str, alphabet: Alphabet, parts: int) -> None:
    sent = encoded(text)
    assert (sent.alphabet, sent.parts) == (alphabet, parts)


def test_a_text_loses_its_marks_where_that_saves_parts() -> None:
    sent = encoded("Comanda dumneavoastră a plecat și ajunge în câteva minute. Vă mulțumim că așteptați!")
    assert sent.text == "Comanda dumneavoastra a plecat si ajunge in cateva minute. Va multumim ca asteptati!"
    assert (sent.alphabet, sent.parts) == (Alphabet.GSM_7, 1)


def test_a_short_text_keeps_them() -> None:
    assert encoded("Codul dumneavoastră: 004217").text == "Codul dumneavoastră: 004217"


def test_a_text_keeps_them_that_would_not_fit_the_alphabet_without_them() -> None:
    text = "Привет, ваш заказ уже в пути și ajunge în câteva minute la dumneavoastră acasă"
    assert (encoded(text).text, encoded(text).parts) == (text, 2)


def test_letters_that_are_composed_of_two_are_one() -> None:
    assert encoded("e\u0301" * 160).parts == 1


@pytest.mark.parametrize(
    ("typed", "sent"), [("„bună”", '"buna"'), ("7–9", "7-9"), ("Đorđe", "Dorde"), ("ﬁn…", "fin..."), ("½", "½")]
)
def test_what_people_take_for_the_same_is_sent_plain(typed: str, sent: str) -> None:
    padding = "a" * 140
    assert encoded(padding + typed).text == padding + (sent if sent != typed else typed)


@given(st.text(max_size=400))
def test_a_text_is_never_longer_than_its_parts_and_never_one_too_many(text: str) -> None:
    sent = encoded(text)
    letters = len(sent.text.encode("utf-16-be", "surrogatepass")) // 2
    places = letters if sent.alphabet is Alphabet.UCS_2 else letters + sum(one in EXTENDED for one in sent.text)
    most = SINGLE[sent.alphabet] if sent.parts == 1 else sent.parts * JOINED[sent.alphabet]
    assert places <= most
    # Each part but the last is full but for one place at most.
    assert sent.parts == 1 or places > (sent.parts - 1) * (JOINED[sent.alphabet] - 1)
    assert encoded(sent.text) == sent


@given(st.text(alphabet=sorted(BASIC | EXTENDED), max_size=400))
def test_what_the_alphabet_has_is_sent_as_it_is(text: str) -> None:
    assert (encoded(text).text, encoded(text).alphabet) == (text, Alphabet.GSM_7)


def test_the_alphabet_has_128_places_with_its_escape() -> None:
    assert len(BASIC) == 127
