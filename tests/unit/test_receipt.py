"""What a receipt says, word by word: each file in `receipts/` is one, to be read as the guest reads it."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from unit.charged import ANA, FOOD, WAITER, WINE, discounted, money, taken_off

from models.base import Text
from models.check import Check, new_check
from models.check_line import CheckLine, CheckRound
from models.claim import Claim, Pending
from models.correction import CorrectionKind, Entry
from models.dining import DiningOption
from models.errors import LANGUAGES, NotFound
from models.house import Restaurant
from models.money import Money
from models.pricing import Promotion, Tax, Terms
from models.receipt import receipt
from models.receipt_html import STYLE, receipt_html
from models.receipt_text import COLUMNS, receipt_text, width, wrapped
from models.receipt_words import WORDS
from models.tender import Refund, RefundStatus, Tender, TenderMethod
from models.wording import Wording

RECEIPTS = Path(__file__).with_name("receipts")
NOW = datetime(2026, 11, 21, 20, 5, tzinfo=UTC)
FOOD_TAX = FOOD.with_(name={"en": "Food VAT", "ro": "TVA mâncare"})
WINE_TAX = WINE.with_(name={"en": "Wine VAT", "ro": "TVA vin"})
HOUSE = Restaurant(
    id="r",
    restaurant_id="r",
    name="Casa cu Nuc",
    currency="RON",
    legal_name="Casa cu Nuc S.R.L.",
    address=("Strada Nucului 12", "010101 București"),
    tax_id="RO00000000",
    phone="021 000 0000",
    receipt_footer={"ro": "Vă mulțumim!\nNu este bon fiscal.", "en": "Thank you!\nThis is not a fiscal receipt."},
)


def line(
    name: Text, price: int, quantity: int = 1, tax: Tax | None = FOOD_TAX, *, currency: str = "RON", options: int = 0
) -> CheckLine:
    modifiers = ({"ro": "smântână și ardei iute", "en": "sour cream and hot pepper"},) * options
    return CheckLine(
        id=f"l{price}",
        item_id="dish",
        name=name,
        quantity=quantity,
        modifiers=modifiers,
        unit_price=money(price, currency),
        tax=tax,
        by=ANA,
    )


SOUP = line({"ro": "Ciorbă de burtă", "en": "Tripe soup"}, 2550, 2, options=1)
LONG = line(
    {
        "ro": "Mușchiuleț de porc învelit în bacon, cu piure de cartofi și sos de vin",
        "en": "Pork tenderloin wrapped in bacon, with mashed potatoes and wine sauce",
    },
    6800,
)
WINE_BOTTLE = line({"ro": "Fetească neagră 0,75 l", "en": "Fetească neagră 0.75 l"}, 12_000, 1, WINE_TAX)


def check_of(*lines: CheckLine, terms: Terms | None = None, currency: str = "RON") -> Check:
    check = new_check("k", "r", "s", currency, covers=3, terms=terms or Terms(), now=NOW)
    amount = Money(amount=sum(one.price.amount for one in lines), currency=currency)
    placed = check.with_order(CheckRound(order_id="o", number=1, amount=amount, lines=lines), WAITER, NOW)
    return placed.numbered(12, "2026-11-21", WAITER, NOW)


def tender(method: TenderMethod, amount: int, *, tip: int = 0, given: int | None = None, name: str = "t") -> Tender:
    return Tender(
        id=name,
        method=method,
        amount=money(amount),
        tip=money(tip),
        given=None if given is None else money(given),
        by=WAITER,
        at=NOW,
        key=name,
        fingerprint="print",
    )


def bill_to_pay() -> Check:
    """A party that has not paid: taxes in the prices, a service charge on top."""
    return check_of(SOUP, LONG, WINE_BOTTLE, terms=Terms(service_charge=1000, service_tax=FOOD_TAX))


def paid_in_parts() -> Check:
    """Everything that can be on a receipt: all corrections, three kinds of payments, a tip, change, a refund."""
    check = taken_off(taken_off(bill_to_pay(), SOUP.id, 1), LONG.id, is_comp=True)
    check = discounted(check, percent=550)
    entry = Entry("c9", "key-c9", "print", WAITER, NOW)
    code = Promotion(code="TOAMNA", name={"ro": "Toamna la Nuc", "en": "Autumn"}, amount=500)
    check = check.corrected(check.promotion(code, entry))
    check = check.paid_by(tender(TenderMethod.CASH, 5000, tip=500, given=6000, name="a"))
    check = check.paid_by(tender(TenderMethod.CARD_TERMINAL, 4000, tip=1000, name="b"))
    back = Refund(
        id="f", amount=money(1000), tip=money(300), reason="cold", by=WAITER, at=NOW, key="f", fingerprint="-"
    )
    check = check.refunded("b", back).refunded("b", back.with_(id="g", status=RefundStatus.FAILED))
    return check.paid_by(tender(TenderMethod.ONLINE, check.due.amount, name="d"))


def taxed_on_top() -> Check:
    """Prices without their taxes, to be brought, half of it on its way."""
    terms = Terms(delivery_fee=1500, delivery_tax=FOOD_TAX.with_(is_inclusive=False))
    on_top = [one.with_(tax=one.tax.with_(is_inclusive=False)) for one in (SOUP, WINE_BOTTLE) if one.tax]
    check = check_of(*on_top, terms=terms).with_(dining_option=DiningOption.DELIVERY)
    return check.with_pending(Pending(payment_id="p", by=ANA, amount=money(10_000), tip=money(0), at=NOW))


def shared() -> Check:
    """A check of which Ana pays half of the soup."""
    return bill_to_pay().claimed(Claim(line_id=SOUP.id, by=ANA, parts=1, of=2), NOW)


def text(check: Check, language: str, share_id: str | None = None) -> str:
    return receipt_text(receipt(check, HOUSE, "T4", language, NOW, share_id))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "check", "share_id"),
    [
        ("to-pay", bill_to_pay(), None),
        ("paid-in-parts", paid_in_parts(), None),
        ("taxed-on-top", taxed_on_top(), None),
        ("share", shared(), "ana"),
    ],
)
def test_a_receipt_is_what_its_file_says(name: str, check: Check, share_id: str | None, language: str) -> None:
    written = text(check, language, share_id)
    assert written == (RECEIPTS / f"{name}.{language}.txt").read_text()


@pytest.mark.parametrize("check", [bill_to_pay(), paid_in_parts(), taxed_on_top(), shared()])
def test_no_line_is_wider_than_the_paper(check: Check) -> None:
    for language in LANGUAGES:
        assert max(width(one) for one in text(check, language).splitlines()) <= COLUMNS


def test_the_sums_of_a_receipt_are_those_of_the_check() -> None:
    check = paid_in_parts()
    assert check.due.amount == 0
    rows = {row.label: row.amount for section in receipt(check, HOUSE, "T4", "en", NOW).sections for row in section}
    assert rows["Total RON"] == Wording(language="en").amount(check.total)
    assert rows["Paid"] == Wording(language="en").amount(check.paid)


def test_what_was_paid_too_much_stands_on_the_receipt_as_to_be_given_back() -> None:
    check = bill_to_pay()
    paid = check.paid_by(tender(TenderMethod.CARD_TERMINAL, check.due.amount))
    overpaid = taken_off(paid, LONG.id)
    (row,) = [one for section in receipt(overpaid, HOUSE, "T4", "en", NOW).sections for one in section][-1:]
    assert (row.label, row.amount) == ("To be given back", Wording(language="en").amount(overpaid.overpaid))
    assert overpaid.overpaid.amount > 0


def test_what_the_house_gave_away_is_a_receipt_and_an_empty_table_a_bill() -> None:
    free = taken_off(check_of(LONG), LONG.id, is_comp=True)
    assert receipt(free, HOUSE, "T4", "en", NOW).is_paid
    assert not receipt(new_check("k", "r", "s", "RON"), HOUSE, "T4", "en", NOW).is_paid


def test_a_share_that_there_is_not_is_not_found() -> None:
    with pytest.raises(NotFound):
        receipt(bill_to_pay(), HOUSE, "T4", "en", NOW, "nobody")


@pytest.mark.parametrize(
    ("currency", "amount", "english", "romanian"),
    [
        ("RON", 123456, "1,234.56", "1.234,56"),
        ("EUR", -5, "-0.05", "-0,05"),
        ("JPY", 123456, "123,456", "123.456"),
        ("KWD", 1234567, "1,234.567", "1.234,567"),
        ("HUF", 150, "1.50", "1,50"),
    ],
)
def test_amounts_have_the_digits_of_iso_4217_and_the_marks_of_the_language(
    currency: str, amount: int, english: str, romanian: str
) -> None:
    sum_ = Money(amount=amount, currency=currency)
    assert Wording(language="en").amount(sum_) == english
    assert Wording(language="ro").amount(sum_) == romanian


def test_rates_and_moments_are_written_as_the_language_writes_them() -> None:
    english, romanian = Wording(language="en"), Wording(language="ro")
    assert [english.rate(rate) for rate in (900, 550, 1025, 10_000)] == ["9%", "5.5%", "10.25%", "100%"]
    assert romanian.rate(550) == "5,5 %"
    assert english.moment(NOW, "Europe/Bucharest") == "Nov 21, 2026, 10:05 PM"
    assert romanian.moment(NOW, "Europe/Bucharest") == "21 nov. 2026, 22:05"


def test_every_language_has_every_word() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert {language: set(words) ^ set(WORDS["en"]) for language, words in WORDS.items()} == {
        key: set() for key in WORDS
    }


def test_every_kind_of_part_correction_and_payment_has_a_word() -> None:
    assert {*CorrectionKind, *TenderMethod} <= set(WORDS["en"])


@pytest.mark.parametrize(("language", "total"), [("hu", "262,90"), ("zz", "262.90"), ("fr", "262.90")])
def test_a_language_without_words_of_its_own_is_helped_out_with_english(language: str, total: str) -> None:
    hungarian = HOUSE.with_(languages=("hu", "ro"))
    shown = receipt(bill_to_pay(), hungarian, "T4", language, NOW)
    assert shown.language == ("hu" if language == "hu" else "en")
    assert "BILL" in receipt_text(shown)
    assert "Tripe soup" in receipt_text(shown)
    assert total in receipt_text(shown)


# ── columns ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_with_its_mark_is_one_column_and_a_wide_one_two() -> None:
    assert [width(one) for one in ("ș", "s\u0326", "ă", "ț", "茶", "e\u0301")] == [1, 1, 1, 1, 2, 1]


def test_a_word_longer_than_the_paper_is_broken() -> None:
    assert wrapped("a" * 9, 4, 3) == ["aaaa", "aaa", "aa"]
    assert wrapped("a" * 8 + " b", 4, 3) == ["aaaa", "aaa", "a b"]
    assert wrapped("茶茶茶", 3, 3) == ["茶", "茶", "茶"]


# ── HTML ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>&quot;\'--><style>'


class Reader(HTMLParser):
    """Collects the elements and the text of a page as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def evil_page() -> str:
    dish = line({"en": EVIL}, 100).with_(modifiers=({"en": EVIL},))
    check = check_of(dish).claimed(Claim(line_id=dish.id, by=ANA.with_(name=EVIL), parts=1, of=1), NOW)
    texts = {"legal_name": EVIL, "address": (EVIL,), "tax_id": EVIL, "phone": EVIL, "receipt_footer": {"en": EVIL}}
    return receipt_html(receipt(check, HOUSE.with_(name=EVIL, **texts), EVIL, "en", NOW, "ana"))


def test_nothing_that_people_typed_becomes_markup() -> None:
    page = Reader(evil_page())
    assert page.elements == set(Reader(receipt_html(receipt(shared(), HOUSE, "T4", "en", NOW, "ana"))).elements)
    assert page.elements.isdisjoint({"script", "img", "a", "link", "iframe"})
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "scope"}
    assert page.text.count(EVIL) == 11


def test_a_page_says_the_same_as_the_text() -> None:
    check = paid_in_parts()
    page = re.sub(r"\s+", " ", Reader(receipt_html(receipt(check, HOUSE, "T4", "ro", NOW))).text.replace(STYLE, ""))
    for row in receipt(check, HOUSE, "T4", "ro", NOW).sections[0]:
        assert row.label in page
        assert row.amount in page


def test_a_page_allows_its_own_style_and_nothing_else() -> None:
    page = receipt_html(receipt(bill_to_pay(), HOUSE, "T4", "en", NOW))
    assert "default-src 'none'; style-src 'sha256-" in page
    assert page.count("<style>") == 1
    assert "url(" not in page
