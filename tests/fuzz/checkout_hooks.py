"""What Schemathesis must know beside the document: who it is, and in which house."""

import itertools
import os
import re
from typing import Any
from urllib.request import urlopen

import schemathesis

ELSEWHERE = 8
"""One of so many calls with a house that could be there keeps the one that was made up."""

_calls = itertools.count()


@schemathesis.auth(refresh_interval=None)
class Customer:
    """A proved customer, with a new token where a session may end by what is called."""

    def __init__(self) -> None:
        self._kept = ""

    def get(self, case: Any, context: Any) -> str:
        """Return the token that is kept, or ask the test for one."""
        is_at_risk = "/session" in context.operation.path
        token = _new_token() if is_at_risk or not self._kept else self._kept
        self._kept = self._kept or ("" if is_at_risk else token)
        return token

    def set(self, case: Any, data: str, context: Any) -> None:
        """Show it."""
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def _new_token() -> str:
    with urlopen(os.environ["COMANDA_FUZZ_TOKENS"]) as answer:
        return str(answer.read().decode())


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Have most calls be about the house that there is: of another one nothing but that is said."""
    asked = (case.query or {}).get("restaurantId")
    if isinstance(asked, str) and re.fullmatch(r"[A-Za-z0-9_\-]{1,64}", asked) and next(_calls) % ELSEWHERE:
        case.query = {**case.query, "restaurantId": os.environ["COMANDA_FUZZ_HOUSE"]}


@schemathesis.check
def a_wrong_body_is_read(context: Any, response: Any, case: Any) -> None:
    """Require that a body which is wrong was refused for that, and not because of who asked or where."""
    wrong = {place.value for place, one in case.meta.components.items() if one.mode.is_negative} if case.meta else set()
    house = (case.query or {}).get("restaurantId", os.environ["COMANDA_FUZZ_HOUSE"])
    if wrong == {"body"} and house == os.environ["COMANDA_FUZZ_HOUSE"]:
        assert response.status_code not in (401, 403, 404), f"nobody read the body: {response.status_code}"
