"""The sum of the parts is the whole: for any check and any way to divide it, to the last minor unit.

A hundred thousand checks drawn at random, each divided in some way, are added up with a pencil. Hypothesis looks beside
that for the corner that no dice find, and makes it small. `PROVE=1` has it look at a hundred thousand of its own.
"""

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.charged import any_check, any_split
from unit.pencil import add_up

PROVE = bool(os.environ.get("PROVE"))
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


@pytest.mark.timeout(0 if PROVE else 120)
@settings(max_examples=100_000 if PROVE else 1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_of_any_check_the_parts_are_the_whole(random: Random) -> None:
    check = any_check(random)
    add_up(check.with_(split=any_split(random, check)))
