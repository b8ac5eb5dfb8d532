"""The heads of the chains, noted outside of the database: a line for each that moved, whatever happens to the file."""

import stat
from datetime import UTC, datetime

import pytest
from integration.office import KEYS, Office

from models.chain import BEGINNING, ChainHead, anchor_line
from models.store.lease import Lease
from server.anchor import AnchorFile, AnchorsWrong, read_anchors


async def test_heads_that_moved_are_anchored_and_those_that_did_not_are_not(office: Office) -> None:
    sealer = office.sealer()
    await office.write(2)
    await office.write(3, house="r2")
    await sealer.seal()
    await sealer.anchor()
    await sealer.anchor()
    await office.write(2, first=3)
    await sealer.seal()
    await sealer.anchor()
    anchors = read_anchors([office.path], KEYS)
    assert {house: [one.number for one in found] for house, found in anchors.items()} == {"r1": [2, 4], "r2": [3]}
    assert stat.S_IMODE(office.path.stat().st_mode) == 0o600


async def test_another_process_anchors_what_the_one_before_it_left(office: Office) -> None:
    await office.write(2)
    await office.sealer("one").seal()
    other = office.sealer("two")
    await other.seal()
    await other.anchor()
    assert [one.number for one in read_anchors([office.path], KEYS)["r1"]] == [2]


async def test_a_process_that_stops_seals_and_anchors_what_is_left(office: Office) -> None:
    await office.write(1)
    sealer = office.sealer("one")
    await sealer.seal()
    await office.write(2, first=2)
    await sealer.stop()
    assert [one.number for one in read_anchors([office.path], KEYS)["r1"]] == [3]
    assert await Lease(office.database, "sealer one", "the next", 10).take() is not None


async def test_the_anchor_file_goes_on_after_a_line_that_was_torn_off(office: Office) -> None:
    file = AnchorFile(office.path)
    head = ChainHead(id="r1", restaurant_id="r1", number=1, hash=BEGINNING, fence=1, at=datetime.now(UTC))
    file.append([anchor_line(head, datetime.now(UTC), KEYS)])
    office.path.write_text(office.path.read_text() + '{"at":"2026-11-')
    file.append([anchor_line(head.with_(number=2), datetime.now(UTC), KEYS)])
    assert [one.number for one in read_anchors([office.path], KEYS)["r1"]] == [1, 2]


async def test_a_changed_anchor_file_is_named_with_its_line(office: Office) -> None:
    head = ChainHead(id="r1", restaurant_id="r1", number=1, hash=BEGINNING, fence=1, at=datetime.now(UTC))
    AnchorFile(office.path).append([anchor_line(head, datetime.now(UTC), KEYS)] * 3)
    lines = office.path.read_text().splitlines()
    office.path.write_text("\n".join([*lines[:1], lines[1].replace('"number":1', '"number":7'), lines[2]]))
    with pytest.raises(AnchorsWrong, match="line 2"):
        read_anchors([office.path], KEYS)


async def test_a_full_disk_stops_the_anchors_and_not_the_seals(office: Office) -> None:
    await office.write(2)
    sealer = office.sealer()
    await sealer.seal()
    office.path.mkdir()
    await sealer.anchor()
    office.path.rmdir()
    await sealer.anchor()
    assert [one.number for one in read_anchors([office.path], KEYS)["r1"]] == [2]
