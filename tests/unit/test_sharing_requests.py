"""What may be asked about who pays what: claims and divisions that make sense, and nothing else."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from handlers.claiming import ClaimLine
from handlers.splitting import SplitCheck
from models.base import Request

OPERATION = {"opId": "op-00000001"}
LINE = {"lineId": "soup"}


def parsed(model: type[Request], request: dict[str, Any]) -> Any:
    return model.model_validate_json(json.dumps(OPERATION | request), by_alias=True, by_name=False)


@pytest.mark.parametrize(
    ("asked", "share"),
    [({}, (1, 1)), ({"share": {}}, (1, 1)), ({"share": {"of": 3}}, (1, 3)), ({"share": {"parts": 2, "of": 3}}, (2, 3))],
)
def test_a_claim_is_on_a_fraction_of_a_line_or_on_all_of_it(asked: dict[str, Any], share: tuple[int, int]) -> None:
    found = parsed(ClaimLine, LINE | asked).share
    assert (found.parts, found.of) == share


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": {"parts": 2, "of": 1}},
        {"share": {"parts": 2}},
        {"share": {"parts": 0, "of": 1}},
        {"share": {"parts": 1, "of": 0}},
        {"share": {"parts": 1, "of": 101}},
        {"share": {"parts": 0.5, "of": 1}},
        {"share": {"parts": True, "of": 1}},
        {"share": 0.5},
        {"share": None},
        {"participantId": "somebody"},
    ],
)
def test_a_claim_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parsed(ClaimLine, LINE | wrong)


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ({"method": "EVEN", "count": 3}, 3),
        ({"method": "EVEN", "parts": [{"name": "A"}, {"participantId": "p"}, {}]}, 3),
        ({"method": "AMOUNTS", "amounts": [100, 200]}, 2),
        ({"method": "AMOUNTS", "parts": [{"amount": 100, "name": "A"}]}, 1),
        ({"method": "PARTICIPANTS"}, 0),
        ({"method": "PARTICIPANTS", "parts": [{"participantId": "p"}, {"participantId": "q"}]}, 2),
        ({"method": "LINES", "parts": [{"lineIds": ["soup"]}, {"lineIds": ["soup", "bread"]}]}, 2),
        ({"method": "CLAIMS"}, 0),
    ],
)
def test_who_pays_is_named_by_a_count_by_amounts_or_one_by_one(asked: dict[str, Any], parts: int) -> None:
    assert len(parsed(SplitCheck, asked).takers) == parts


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "EVEN"},
        {"method": "EVEN", "count": 1},
        {"method": "EVEN", "count": 101},
        {"method": "EVEN", "count": 2, "parts": [{"name": "A"}]},
        {"method": "EVEN", "amounts": [100]},
        {"method": "EVEN", "parts": [{"name": "A", "amount": 1}]},
        {"method": "EVEN", "parts": [{"name": "A", "lineIds": ["soup"]}]},
        {"method": "AMOUNTS"},
        {"method": "AMOUNTS", "count": 2},
        {"method": "AMOUNTS", "amounts": [0]},
        {"method": "AMOUNTS", "amounts": [10.5]},
        {"method": "AMOUNTS", "amounts": [100] * 101},
        {"method": "AMOUNTS", "amounts": [100], "parts": [{"amount": 100}]},
        {"method": "AMOUNTS", "parts": [{"name": "A"}]},
        {"method": "AMOUNTS", "parts": [{"amount": 100, "lineIds": ["soup"]}]},
        {"method": "LINES"},
        {"method": "LINES", "parts": [{"name": "A"}]},
        {"method": "PARTICIPANTS", "count": 2},
        {"method": "PARTICIPANTS", "parts": [{"name": "A"}]},
        {"method": "PARTICIPANTS", "parts": [{"participantId": "p"}, {"participantId": "p"}]},
        {"method": "CLAIMS", "parts": [{"name": "A"}]},
        {"method": "CLAIMS", "count": 2},
        {"method": "THIRDS"},
        {},
    ],
)
def test_a_division_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parsed(SplitCheck, wrong)
