"""What Schemathesis must know beside the document: who it is, in which house, and what heads others send."""

import itertools
import os
import re
from typing import Any
from urllib.request import urlopen

import schemathesis

ELSEWHERE = 8
"""One of so many calls with a house that could be there keeps the one that was made up."""

AS_BROWSER = bool(os.environ.get("COMANDA_FUZZ_COOKIE"))
"""Whether a cookie shows who it is, as a browser does, and heads are hostile now and then."""

SITE = "https://order.example.com"

BROKEN = "\xff.\x80\xc3\xa0"
"""Goes out as these bytes, one for each character: no UTF-8."""

HOSTILE = (
    {"X-CSRF-Token": BROKEN},
    {"Authorization": f"Bearer {BROKEN}"},
    {"Cookie": f"comanda_checkout={BROKEN}; comanda_csrf={BROKEN}; comanda_device={BROKEN}"},
    {"Cookie": f"a=1; \xa0comanda_checkout=x; =; ;;; {BROKEN}"},
    {"Accept-Language": BROKEN, "Sec-Fetch-Site": BROKEN},
    {"Origin": BROKEN},
    {"X-Forwarded-For": BROKEN, "User-Agent": BROKEN},
)
"""Added to every other call of a browser, in turn."""

_calls, _sent = itertools.count(), itertools.count()


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
        if AS_BROWSER:
            token, csrf = data.split()
            cookie = f"comanda_checkout={token}; comanda_csrf={csrf}"
            case.headers = {**(case.headers or {}), "Cookie": cookie, "X-CSRF-Token": csrf, "Origin": SITE}
        else:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data.split()[0]}"}


def _new_token() -> str:
    with urlopen(os.environ["COMANDA_FUZZ_TOKENS"]) as answer:
        return str(answer.read().decode())


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Have most calls be about the house that there is: of another one nothing but that is said."""
    asked = (case.query or {}).get("restaurantId")
    if isinstance(asked, str) and re.fullmatch(r"[A-Za-z0-9_\-]{1,64}", asked) and next(_calls) % ELSEWHERE:
        case.query = {**case.query, "restaurantId": os.environ["COMANDA_FUZZ_HOUSE"]}
    number = next(_sent)
    if AS_BROWSER and number % 2:
        case.headers = {**(case.headers or {}), **HOSTILE[number // 2 % len(HOSTILE)]}


@schemathesis.check
def a_wrong_body_is_read(context: Any, response: Any, case: Any) -> None:
    """Require that a body which is wrong was refused for that, and not because of who asked or where."""
    wrong = {place.value for place, one in case.meta.components.items() if one.mode.is_negative} if case.meta else set()
    house = (case.query or {}).get("restaurantId", os.environ["COMANDA_FUZZ_HOUSE"])
    if wrong == {"body"} and house == os.environ["COMANDA_FUZZ_HOUSE"]:
        assert response.status_code not in (401, 403, 404), f"nobody read the body: {response.status_code}"
