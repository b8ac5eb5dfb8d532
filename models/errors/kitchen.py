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
