"""The chain that seals the audit log: what its text is, what its hash covers, and what a broken one is called."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.audit import masked_address
from models.chain import (
    BEGINNING,
    Anchor,
    ChainHead,
    Fault,
    Verification,
    Wrong,
    anchor_line,
    canonical,
    read_anchor,
    seal,
)

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
KEYS = {"new": b"n" * 32, "old": b"o" * 32}
STRANGER = {"new": b"x" * 32}

facts = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.datetimes(timezones=st.just(UTC)), st.floats())
values = st.recursive(
    facts,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=8,
)


def entries(count: int) -> list[dict[str, Any]]:
    return [
        {"_id": f"e{n}", "restaurant_id": "r1", "at": NOW + timedelta(seconds=n), "act": "login", "details": {"n": n}}
        for n in range(1, count + 1)
    ]


def chain(count: int, keys: dict[str, bytes] = KEYS) -> list[dict[str, Any]]:
    """An untouched chain, as it is stored."""
    previous, sealed = BEGINNING, []
    for number, entry in enumerate(entries(count), 1):
        made = seal(entry, number, previous, keys)
        sealed.append(entry | {"seal": made.model_dump()})
        previous = made.hash
    return sealed


def head(stored: list[dict[str, Any]]) -> ChainHead:
    last = stored[-1]
    said = last["seal"]
    return ChainHead(id="r1", restaurant_id="r1", number=said["number"], hash=said["hash"], fence=1, at=last["at"])


def judged(stored: list[dict[str, Any]], known: ChainHead | None, anchors: tuple[Anchor, ...] = ()) -> Fault | None:
    verification = Verification(KEYS, known, anchors)
    for entry in stored:
        fault = verification.see(entry)
        if fault:
            return fault
    return verification.end(known)


def anchored(entry: dict[str, Any]) -> Anchor:
    return Anchor("then", "r1", entry["seal"]["number"], entry["seal"]["hash"])


def plain(value: Any) -> Any:
    """What a value means, by other means than the code under test: a type and a content."""
    if isinstance(value, dict):
        return ("object", {name: plain(one) for name, one in value.items()})
    if isinstance(value, list):
        return ("list", [plain(one) for one in value])
    if isinstance(value, datetime):
        return ("time", value.replace(microsecond=value.microsecond // 1000 * 1000))
    return (type(value).__name__, repr(value))


@given(values, values)
def test_values_of_different_content_or_type_have_different_texts(one: Any, other: Any) -> None:
    assert (canonical(one) == canonical(other)) == (plain(one) == plain(other))


@given(values)
def test_every_value_has_a_text_that_is_json_without_a_float(value: Any) -> None:
    json.loads(canonical(value), parse_float=pytest.fail, parse_constant=pytest.fail)


def test_the_text_has_sorted_keys_and_times_in_utc_to_the_millisecond() -> None:
    evening = NOW.astimezone(timezone(timedelta(hours=2))).replace(microsecond=1_000)
    text = canonical({"b": 1, "a": "ă", "at": evening})
    assert text == '{"a":"ă","at":{"$time":"2026-11-21T19:30:00.001Z"},"b":1}'.encode()


@pytest.mark.parametrize("forged", [{"$time": "2026-11-21T19:30:00.000Z"}, "2026-11-21T19:30:00.000Z"])
def test_nothing_passes_for_a_time_that_is_none(forged: Any) -> None:
    assert canonical(forged) != canonical(NOW)


def test_an_untouched_chain_is_right() -> None:
    stored = chain(5)
    assert judged(stored, head(stored), (anchored(stored[1]), anchored(stored[4]))) is None


def test_a_house_without_entries_is_right() -> None:
    assert judged([], None) is None


def test_an_entry_under_an_older_key_is_right_while_the_key_is_known() -> None:
    stored = chain(2, {"old": KEYS["old"]})
    third = entries(3)[2]
    made = seal(third, 3, stored[-1]["seal"]["hash"], KEYS)
    stored.append(third | {"seal": made.model_dump()})
    assert [one["seal"]["key"] for one in stored] == ["old", "old", "new"]
    assert judged(stored, head(stored)) is None


def test_a_changed_entry_is_named() -> None:
    stored = chain(5)
    stored[2]["details"] = {"n": 4}
    assert judged(stored, head(stored)) == Fault(Wrong.CHANGED, 3, "e3", "login", "2026-11-21T19:30:03.000Z")


def test_a_field_of_another_type_is_a_change() -> None:
    stored = chain(3)
    stored[1]["details"] = {"n": 2.0}
    assert judged(stored, head(stored)).number == 2


def test_a_missing_entry_is_named_by_its_number() -> None:
    stored = chain(5)
    del stored[2]
    assert judged(stored, head(chain(5))) == Fault(Wrong.MISSING, 3)


def test_an_entry_with_a_number_that_is_taken_is_a_stray() -> None:
    stored = chain(5)
    forged = {**stored[2], "_id": "forged"}
    fault = judged([*stored[:3], forged, *stored[3:]], head(stored))
    assert (fault.wrong, fault.id) == (Wrong.STRAY, "forged")


def test_entries_made_under_another_key_of_the_same_name_are_named() -> None:
    stored = chain(5, STRANGER)
    assert judged(stored, head(stored)).wrong is Wrong.CHANGED
    assert judged(stored, head(stored)).number == 1


def test_a_key_that_is_not_ours_is_named() -> None:
    stored = chain(3, {"theirs": b"x" * 32})
    assert judged(stored, head(stored)).wrong is Wrong.KEY


def test_two_chains_that_are_joined_are_named_where_they_meet() -> None:
    stored = chain(3)
    other = entries(4)[3]
    stored.append(other | {"seal": seal(other, 4, BEGINNING, KEYS).model_dump()})
    fault = judged(stored, head(stored))
    assert (fault.wrong, fault.number) == (Wrong.PREVIOUS, 4)


def test_a_tail_that_is_cut_off_is_told_by_the_head() -> None:
    stored = chain(5)
    fault = judged(stored[:3], head(stored))
    assert (fault.wrong, fault.number) == (Wrong.CUT_OFF, 4)


def test_a_tail_that_is_cut_off_together_with_the_head_is_told_by_the_anchor() -> None:
    stored = chain(5)
    assert judged(stored[:3], head(stored[:3])) is None
    fault = judged(stored[:3], head(stored[:3]), (anchored(stored[1]), anchored(stored[3])))
    assert (fault.wrong, fault.number) == (Wrong.CUT_OFF, 4)


def test_a_chain_made_anew_with_the_key_is_told_by_the_anchor() -> None:
    stored = chain(5)
    made_anew = [entry | {"act": "logout"} for entry in entries(5)]
    previous = BEGINNING
    for number, entry in enumerate(made_anew, 1):
        entry["seal"] = seal(entry, number, previous, KEYS).model_dump()
        previous = entry["seal"]["hash"]
    fault = judged(made_anew, head(made_anew), (anchored(stored[2]),))
    assert (fault.wrong, fault.number) == (Wrong.ANCHOR, 3)


def test_a_head_that_is_gone_is_told() -> None:
    assert judged(chain(3), None) == Fault(Wrong.NO_HEAD, 3)


def test_a_head_that_was_moved_back_names_the_first_entry_beyond_it() -> None:
    stored = chain(5)
    fault = judged(stored, head(stored[:3]))
    assert (fault.wrong, fault.number, fault.id) == (Wrong.STRAY, 4, "e4")


def test_a_head_with_another_hash_is_told() -> None:
    stored = chain(3)
    assert judged(stored, head(stored).with_(hash=BEGINNING)).wrong is Wrong.HEAD


def test_entries_that_are_added_while_one_looks_are_no_fault() -> None:
    stored = chain(5)
    verification = Verification(KEYS, head(stored[:3]))
    assert [verification.see(entry) for entry in stored] == [None] * 5
    assert verification.end(head(stored)) is None


@pytest.mark.parametrize(
    "forged", [{}, {"number": 2}, {"number": 2, "previous": "", "hash": "", "key": "", "more": 1}, "sealed", 7]
)
def test_a_seal_of_another_shape_is_no_seal(forged: Any) -> None:
    stored = chain(3)
    stored[1]["seal"] = forged
    assert judged(stored, head(stored)).wrong is Wrong.STRAY


def test_a_hash_of_strange_letters_is_a_change_and_no_mistake_of_ours() -> None:
    stored = chain(2)
    stored[0]["seal"]["hash"] = "ș" * 64
    assert judged(stored, head(stored)).wrong is Wrong.CHANGED


def test_an_anchor_says_what_was_written() -> None:
    stored = chain(2)
    line = anchor_line(head(stored), NOW, KEYS)
    assert read_anchor(line, KEYS) == Anchor("2026-11-21T19:30:00.000Z", "r1", 2, stored[1]["seal"]["hash"])


def test_a_changed_anchor_is_refused() -> None:
    line = anchor_line(head(chain(3)), NOW, KEYS)
    with pytest.raises(ValueError):
        read_anchor(line.replace('"number":3', '"number":2'), KEYS)


def test_an_anchor_under_another_key_is_refused() -> None:
    with pytest.raises(ValueError):
        read_anchor(anchor_line(head(chain(3)), NOW, STRANGER), KEYS)


def test_a_line_that_was_torn_off_anchors_nothing() -> None:
    line = anchor_line(head(chain(3)), NOW, KEYS)
    assert read_anchor(line[:-20], KEYS) is None


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("somewhere", ""),
    ],
)
def test_an_address_is_kept_as_its_network(address: str, masked: str) -> None:
    assert masked_address(address) == masked
