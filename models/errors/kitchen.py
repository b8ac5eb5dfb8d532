"""Refusals at kitchen screens."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal


class StatusConflict(Refusal):
    """The line is not in the state the cook saw; `ticket` is how it stands now."""

    code = "STATUS_CONFLICT"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "Someone else already changed this.", "ro": "Altcineva a schimbat deja."}


class TransitionRefused(Refusal):
    """No line goes from that state to this; `status` is the present one."""

    code = "TRANSITION_REFUSED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {"en": "This step is not possible.", "ro": "Acest pas nu este posibil."}


class LineHeld(Refusal):
    """The course of that line is kept back: it has to be fired first."""

    code = "LINE_HELD"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This course is on hold. Fire it first.",
        "ro": "Acest fel este în așteptare. Porniți-l mai întâi.",
    }


class KitchenBusy(Refusal):
    """A station has more work than it is set up for. `minutes` is how long this round is likely to take, `stations` how
    long each of the busy ones: shown to the guest, then asked again with `accept_wait`.
    """

    code = "KITCHEN_BUSY"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The kitchen is very busy. It may take longer than usual.",
        "ro": "Bucătăria este foarte aglomerată. Poate dura mai mult decât de obicei.",
    }
