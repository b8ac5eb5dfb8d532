"""The sum of the parts is the whole: for any check and any way to divide it, to the last minor unit.

Hypothesis looks for the corner that no dice find, and makes it small; `PROVE=1` has it look at a hundred thousand.
As many drawn at random are in `fuzz/test_many_checks.py`.
"""

import os
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.charged import any_check, any_split
from unit.pencil import add_up

PROVE = bool(os.environ.get("PROVE"))


@pytest.mark.timeout(0 if PROVE else 120)
@settings(max_examples=100_000 if PROVE else 1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_of_any_check_the_parts_are_the_whole(random: Random) -> None:
    check = any_check(random)
    add_up(check.with_(split=any_split(random, check)))
