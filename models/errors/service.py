"""Refusals about requests for service and about whose table is whose."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal


class AlreadyTaken(Refusal):
    """A colleague goes there already; `by` says who."""

    code = "ALREADY_TAKEN"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "A colleague has taken this already.",
        "ro": "Un coleg a preluat deja cererea.",
    }


class RequestFinished(Refusal):
    """The request was resolved or taken back; `status` says which. Nobody has to go."""

    code = "REQUEST_FINISHED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This request is done with.",
        "ro": "Această cerere este deja încheiată.",
    }


class NotInService(Refusal):
    """Who is to have the tables does not serve: their log-in was revoked, or no role of theirs is on the floor."""

    code = "NOT_IN_SERVICE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "This person does not serve tables.",
        "ro": "Această persoană nu servește la mese.",
    }
