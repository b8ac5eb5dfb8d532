"""One-time codes on real servers: which one is right, for whom, how often it may be tried, and what comes of it."""

import asyncio
import itertools
import json
from collections import Counter
from typing import Any

import pytest
from integration.calling import Browser
from integration.customers import proved
from integration.house import House
from integration.texting import ADA, Asker, LetterBox, letter_box, other

import handlers.code
from handlers.context import Context
from models.audit import AuditEntry
from models.base import Aggregate
from models.challenge import OtpChallenge
from models.customer import Customer, name_place, phone_place
from models.customer_session import CustomerSession
from models.message_budget import MessageBudget, PhoneBudget
from models.sms import SmsMessage
from models.store.codec import from_document
from models.store.schema import KINDS

INVALID = {"code": "INVALID_VERIFICATION_CODE"}


@pytest.fixture
def box(house: House) -> Any:
    with letter_box(house) as box:
        yield box


async def stored(house: House, model: type[Aggregate], **query: Any) -> list[dict[str, Any]]:
    """Return the documents of a kind in a house."""
    found = house.apps[0].store.collection(model).find({"restaurant_id": house.restaurant.id, **query})
    return await found.sort("_id").to_list()


async def acts(house: House) -> Counter[str]:
    """Return what the audit log has about codes."""
    return Counter(one["act"] for one in await stored(house, AuditEntry, subject={"$ne": None}))


async def coded(box: LetterBox, asker: Asker, phone: str = ADA) -> str:
    """Ask for a code and return it."""
    assert (await asker.ask(phone))["codeSent"] is True
    return await box.code()


# ── the way in ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_phone_is_proved_by_the_code_that_was_sent_to_it(house: House, box: LetterBox) -> None:
    browser = Browser(house)
    where = f"?restaurantId={house.restaurant.id}"
    body = {"phone": "0722 000 123", "name": "Ada Popescu"}
    answer = await browser.call("POST", f"/phone/send-code{where}", body)
    assert (answer.status, answer.body) == (200, {"codeSent": True, "expiresIn": 300, "resendAfter": 60})
    message = await box.next()
    assert message.phone == ADA
    shown = {"phone": ADA, "code": message.text[:6]}
    answer = await browser.call("POST", f"/phone/verify-code{where}", shown, server=1)
    assert answer.status == 200, answer
    assert answer.body == {"verified": True, "token": browser.cookies["comanda_checkout"], "addresses": []}
    who = await browser.call("GET", "/session")
    assert (who.body["name"], who.body["last_four"]) == ("Ada Popescu", "0123")
    assert await acts(house) == {"code-sent": 1, "code-verified": 1}


async def test_a_customer_is_stored_sealed_and_is_found_by_any_writing_of_the_number(
    house: House, box: LetterBox
) -> None:
    asker = Asker(house, language="ro")
    await asker.show(await coded(box, asker))
    house.clock.advance(minutes=2)
    await asker.ask("0722-000-123", name="Ada Ștefan")
    await asker.show(await box.code(), "+40 722 000 123", server=1)
    [document] = await stored(house, Customer)
    customer = from_document(Customer, document)
    unseal = house.apps[0].vault.unseal
    assert unseal(phone_place(house.restaurant.id, customer.id), customer.phone) == ADA
    assert unseal(name_place(house.restaurant.id, customer.id), customer.name) == "Ada Ștefan"
    assert (customer.last_four, customer.language, customer.version) == ("0123", "ro", 2)
    assert customer.verified_at > customer.created_at
    assert "722000" not in str(document)
    assert "tefan" not in str(document)
    assert len(await stored(house, CustomerSession, customer_id=customer.id)) == 2


async def test_a_customer_who_comes_back_is_told_their_addresses(house: House, box: LetterBox) -> None:
    caller = await proved(house, ADA)
    asker = Asker(house)
    answer = await asker.show(await coded(box, asker))
    assert [one["id"] for one in answer["addresses"]] == list(caller.address_ids)
    assert [one["_id"] for one in await stored(house, Customer)] == [caller.id]


async def test_known_and_unknown_numbers_are_asked_for_and_answered_alike(house: House, box: LetterBox) -> None:
    await proved(house, ADA)
    answers = [await Asker(house, address=f"192.0.2.{at}").ask(phone) for at, phone in enumerate((ADA, "+40722000999"))]
    assert answers[0] == answers[1]
    assert {one.phone for one in (await box.next(), await box.next())} == {ADA, "+40722000999"}


async def test_sending_a_code_never_looks_at_customers(house: House, box: LetterBox, monkeypatch: Any) -> None:
    await proved(house, ADA)
    app, looked_at = house.apps[0], []
    collection = app.store.collection
    monkeypatch.setattr(app.store, "collection", lambda model: looked_at.append(model) or collection(model))
    await Asker(house).ask(ADA)
    await box.next()
    assert PhoneBudget in looked_at
    assert Customer not in looked_at


@pytest.mark.parametrize(
    ("phone", "name", "field"),
    [
        ("0212000000", "Ada Popescu", "phone"),
        ("+49151234567", "Ada", "phone"),
        (ADA, "Al", "name"),
        (ADA, "A1a", "name"),
    ],
)
async def test_what_is_no_phone_and_no_name_is_refused(house: House, phone: str, name: str, field: str) -> None:
    answer = await Asker(house).ask(phone, name=name)
    assert answer["code"] == "VALIDATION_FAILED"
    assert [one["field"] for one in answer["fields"]] == [field]
    assert await stored(house, OtpChallenge) == []


# ── one answer for all that is not right ──────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_code_says_how_many_tries_are_left(house: House, box: LetterBox) -> None:
    asker = Asker(house)
    code = await coded(box, asker)
    assert await asker.show(other(code)) == INVALID | {"attemptsLeft": 4}
    assert await asker.show(other(code), server=1) == INVALID | {"attemptsLeft": 3}
    assert (await asker.show(code))["verified"] is True
    assert await acts(house) == {"code-sent": 1, "code-failed": 2, "code-verified": 1}


async def test_another_browser_none_at_all_an_old_code_and_a_used_one_get_the_same_answer(
    house: House, box: LetterBox
) -> None:
    asker = Asker(house)
    code = await coded(box, asker)
    answers = [
        await Asker(house, device="another browser").show(code),
        await asker.show(code, "+40722000999"),
    ]
    await asker.show(code)
    answers += [await asker.show(code), await asker.show(code, server=1)]
    house.clock.advance(minutes=2)
    code = await coded(box, asker)
    house.clock.advance(seconds=300)
    answers.append(await asker.show(code))
    assert answers == [INVALID] * 5


async def test_another_house_knows_nothing_of_a_code(house: House, box: LetterBox) -> None:
    asker = Asker(house)
    code = await coded(box, asker)
    elsewhere = await house.installation.new_house()
    assert await Asker(elsewhere).show(code) == INVALID
    assert (await asker.show(code))["verified"] is True


async def test_what_is_not_right_is_looked_for_in_the_same_way_whatever_there_is(house: House, box: LetterBox) -> None:
    """Each reads the phone's count and the browser's challenge and hashes the code, once more to prove the refusal, and
    writes nothing.
    """
    app, asker = house.apps[0], Asker(house)
    code = await coded(box, asker)
    house.clock.advance(minutes=6)
    collection, keyed_hash = app.store.collection, app.vault.keyed_hash
    work: list[Any] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(app.store, "collection", lambda model: work.append(model) or collection(model))
        patched.setattr(app.vault, "keyed_hash", lambda *given: work.append("hash") or keyed_hash(*given))
        done = []
        for one in (asker, Asker(house, device="another"), Asker(house)):
            phone = ADA if one is not asker else "+40722000999"
            work.clear()
            assert await one.show(code, phone) == INVALID
            done.append([step for step in work if step in (PhoneBudget, OtpChallenge, Customer, "hash")])
    assert done[0] == done[1] == done[2]
    assert done[0] == [PhoneBudget, OtpChallenge, "hash"] * 2


# ── codes are sent again ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_code_that_is_sent_again_ends_the_one_before_and_gives_no_try_back(
    house: House, box: LetterBox
) -> None:
    """The old defect: a resend that resets the counter."""
    asker = Asker(house)
    first = await coded(box, asker)
    for _ in range(3):
        await asker.show(other(first))
    assert (await asker.ask())["code"] == "RATE_LIMITED"
    house.clock.advance(seconds=60)
    second = await coded(box, asker)
    wrong = first if first != second else other(second)
    assert await asker.show(wrong) == INVALID | {"attemptsLeft": 1}
    [challenge] = await stored(house, OtpChallenge)
    assert (challenge["failures"], challenge["codes"]) == (4, 2)
    assert (await asker.show(second, server=1))["verified"] is True


async def test_two_browsers_have_two_challenges(house: House, box: LetterBox) -> None:
    one, two = Asker(house, device="one"), Asker(house, device="two")
    first = await coded(box, one)
    house.clock.advance(seconds=60)
    second = await coded(box, two)
    assert (await one.show(first))["verified"] is True
    assert (await two.show(second))["verified"] is True
    assert len(await stored(house, Customer)) == 1


# ── guessing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_after_five_wrong_codes_the_challenge_is_dead_and_the_phone_blocked(house: House, box: LetterBox) -> None:
    asker = Asker(house)
    code = await coded(box, asker)
    for left in (4, 3, 2, 1):
        assert (await asker.show(other(code)))["attemptsLeft"] == left
    assert await asker.show(other(code)) == INVALID | {"attemptsLeft": 0, "retryAfter": 900}
    blocked = {"code": "PHONE_BLOCKED", "retryAfter": 900}
    stopped = [await asker.show(code), await asker.ask(server=1), await Asker(house, device="another").show(code)]
    assert [one["code"] for one in stopped] == [blocked["code"]] * 3
    assert all(890 <= one["retryAfter"] <= 900 for one in stopped)
    assert (await Asker(house).ask("+40722000999"))["codeSent"] is True
    house.clock.advance(seconds=900)
    assert await asker.show(code) == INVALID
    code = await coded(box, asker)
    for server in range(5):
        failed = await asker.show(other(code), server=server)
    assert failed == INVALID | {"attemptsLeft": 0, "retryAfter": 1800}
    assert (await acts(house))["phone-blocked"] == 2


async def test_of_500_guesses_at_once_five_are_looked_at(house: House, box: LetterBox) -> None:
    asker = Asker(house)
    code = await coded(box, asker)
    guesses = [asker.show(other(code, 1 + at), server=at) for at in range(500)]
    answers = Counter(one["code"] for one in await asyncio.gather(*guesses))
    assert answers["INVALID_VERIFICATION_CODE"] == 5
    # On a slow machine not all of them have their turn in time.
    assert answers["PHONE_BLOCKED"] + answers["UNAVAILABLE"] == 495
    assert (await asker.show(code))["code"] == "PHONE_BLOCKED"
    [challenge] = await stored(house, OtpChallenge)
    assert challenge["failures"] == 5
    assert (await acts(house))["code-failed"] == 5


async def test_a_guess_that_was_read_half_before_the_last_one_and_half_after_it_is_told_of_the_block(
    house: House, box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = Asker(house)
    wrong = other(await coded(box, asker))
    read, waited = handlers.code._challenge, itertools.count()

    async def read_late(ctx: Context, *about: Any) -> OtpChallenge | None:
        if next(waited) == 0:
            for _ in range(5):
                await asker.show(wrong, server=1)
        return await read(ctx, *about)

    # Of one server the guesses would wait for each other.
    if len(house.apps) > 1:
        monkeypatch.setattr(handlers.code, "_challenge", read_late)
    else:
        for _ in range(5):
            await asker.show(wrong)
    assert (await asker.show(wrong))["code"] == "PHONE_BLOCKED"


async def test_of_200_right_codes_at_once_one_proves_the_phone(house: House, box: LetterBox) -> None:
    asker = Asker(house)
    code = await coded(box, asker)
    answers = await asyncio.gather(*(asker.show(code, server=at) for at in range(200)))
    assert sum(one.get("verified", False) for one in answers) == 1
    # On a slow machine not all of them have their turn in time.
    assert {one["code"] for one in answers if "verified" not in one} <= {INVALID["code"], "UNAVAILABLE"}
    assert await asker.show(code) == INVALID
    assert len(await stored(house, CustomerSession)) == 1
    assert (await acts(house))["code-verified"] == 1


async def test_two_who_prove_a_new_number_at_once_on_two_servers_are_one_customer(house: House, box: LetterBox) -> None:
    askers = [Asker(house, device=str(at)) for at in range(3)]
    codes = []
    for asker in askers:
        codes.append(await coded(box, asker))
        house.clock.advance(seconds=60)
    shown = (asker.show(code, server=at) for at, (asker, code) in enumerate(zip(askers, codes, strict=True)))
    answers = await asyncio.gather(*shown)
    assert [one["verified"] for one in answers] == [True] * 3
    [customer] = await stored(house, Customer)
    assert customer["version"] == 3
    assert len(await stored(house, CustomerSession, customer_id=customer["_id"])) == 3


# ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_no_customer_ever_expires(house: House, box: LetterBox) -> None:
    """The old defect: an expiry index that deletes the customer. Only what counts no more is forgotten by itself."""
    asker = Asker(house)
    await asker.show(await coded(box, asker))
    database = house.apps[0].database
    for model in (Customer, MessageBudget):
        found = await database[KINDS[model].collection].index_information()
        assert not any("expireAfterSeconds" in index for index in found.values()), model
    [customer] = await stored(house, Customer)
    assert not any(name.endswith(("purge_at", "expires_at")) for name in customer)
    for model in (OtpChallenge, PhoneBudget, SmsMessage):
        found = await database[KINDS[model].collection].index_information()
        [expiry] = [index for index in found.values() if "expireAfterSeconds" in index]
        assert expiry["key"] == [("purge_at", 1)]
    [challenge] = await stored(house, OtpChallenge)
    assert challenge["purge_at"] > challenge["expires_at"]
    assert challenge["name"] == {"key": "", "text": ""}


async def test_nothing_of_the_person_and_no_code_is_kept_open(house: House, box: LetterBox) -> None:
    asker = Asker(house, address="198.51.100.77")
    code = await coded(box, asker)
    await asker.show(other(code))
    await asker.show(code)
    written = (OtpChallenge, PhoneBudget, MessageBudget, SmsMessage, Customer, CustomerSession, AuditEntry)
    for model in written:
        documents = await stored(house, model)
        assert documents, model
        text = json.dumps(documents, default=str)
        for open_text in (code, "722000123", "0722", "Popescu", "198.51.100.77"):
            assert open_text not in text, (model, open_text)
