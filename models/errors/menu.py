"""Refusals about the menu and its draft."""

from collections.abc import Mapping
from typing import ClassVar

from models.errors.base import Refusal


class MenuInvalid(Refusal):
    """The draft cannot be published; `problems` are the first mistakes with their paths, `count` is how many there
    are.
    """

    code = "MENU_INVALID"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Something in the menu is not right yet.",
        "ro": "Ceva din meniu nu este încă în regulă.",
    }


class MenuMovedOn(Refusal):
    """Another menu was published since the draft was begun: `menu_version` is the published one, `based_on` that from
    which the draft began.
    """

    code = "MENU_MOVED_ON"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Another menu was published meanwhile. Please look at it first.",
        "ro": "Între timp a fost publicat alt meniu. Verificați-l mai întâi.",
    }


class DraftChanged(Refusal):
    """Somebody else has worked on the draft, or published or discarded it; `draft_version` is the present one and
    `edited_by` who it was.
    """

    code = "DRAFT_CHANGED"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "Someone else has changed the draft. Please look again.",
        "ro": "Altcineva a modificat ciorna. Verificați din nou.",
    }


class NoDraft(Refusal):
    """There is no draft to be published or discarded: nothing was changed since the menu was published."""

    code = "NO_DRAFT"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "There is no draft of the menu.",
        "ro": "Nu există o ciornă a meniului.",
    }


class MenuTooLarge(Refusal):
    """The draft would have more entries of a kind (`what`) than a menu can have; `limit`."""

    code = "MENU_TOO_LARGE"
    is_about_state = True
    status = 409
    text: ClassVar[Mapping[str, str]] = {
        "en": "The menu cannot be that large.",
        "ro": "Meniul nu poate fi atât de mare.",
    }
