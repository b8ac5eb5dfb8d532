"""The sum of the parts is the whole: a hundred thousand checks drawn at random, each divided in some way, are added up
with a pencil.
"""

from random import Random

import pytest
from unit.charged import any_check, any_split
from unit.pencil import add_up

BLOCKS, CASES = 10, 10_000


@pytest.mark.parametrize("block", range(BLOCKS))
def test_of_a_hundred_thousand_checks_the_parts_are_the_whole(block: int) -> None:
    for case in range(CASES):
        seed = block * CASES + case
        random = Random(seed)
        check = any_check(random)
        try:
            add_up(check.with_(split=any_split(random, check)))
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}") from broken
