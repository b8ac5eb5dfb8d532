"""What can be wrong with a menu, or with a plan of deliveries: each mistake has a path, a code for programs and a
sentence for people.
"""

from collections.abc import Mapping
from enum import StrEnum

from models.base import Value


class ProblemCode(StrEnum):
    """Kinds of mistakes."""

    UNREADABLE = "UNREADABLE"
    DOUBLE_ID = "DOUBLE_ID"
    TWICE = "TWICE"
    MISSING_TRANSLATION = "MISSING_TRANSLATION"
    MISSING_LANGUAGE = "MISSING_LANGUAGE"
    WRONG_CURRENCY = "WRONG_CURRENCY"
    UNKNOWN_CATEGORY = "UNKNOWN_CATEGORY"
    UNKNOWN_GROUP = "UNKNOWN_GROUP"
    UNUSED_GROUP = "UNUSED_GROUP"
    NO_OPTIONS = "NO_OPTIONS"
    MIN_ABOVE_MAX = "MIN_ABOVE_MAX"
    MAX_ABOVE_OPTIONS = "MAX_ABOVE_OPTIONS"
    UNKNOWN_DEFAULT = "UNKNOWN_DEFAULT"
    WRONG_NUMBER_OF_DEFAULTS = "WRONG_NUMBER_OF_DEFAULTS"
    NESTED_TWICE = "NESTED_TWICE"
    UNKNOWN_ALLERGEN = "UNKNOWN_ALLERGEN"
    NO_STATION = "NO_STATION"
    UNKNOWN_STATION = "UNKNOWN_STATION"
    STATION_COOKS_NOTHING = "STATION_COOKS_NOTHING"
    NO_DINING_OPTION = "NO_DINING_OPTION"
    NOT_OFFERED = "NOT_OFFERED"
    NO_TAX_CLASS = "NO_TAX_CLASS"
    UNKNOWN_TAX_CLASS = "UNKNOWN_TAX_CLASS"
    NEVER_OPEN = "NEVER_OPEN"
    BAD_PICTURE = "BAD_PICTURE"
    TOO_LARGE = "TOO_LARGE"
    NO_BORDER = "NO_BORDER"
    TOO_FEW_CORNERS = "TOO_FEW_CORNERS"
    CROSSES_ITSELF = "CROSSES_ITSELF"
    NEVER_REACHED = "NEVER_REACHED"
    WINDOWS_OVERLAP = "WINDOWS_OVERLAP"
    NOT_WHOLE_SLOTS = "NOT_WHOLE_SLOTS"
    PLAN_TOO_LARGE = "PLAN_TOO_LARGE"


TEXTS: Mapping[ProblemCode, Mapping[str, str]] = {
    ProblemCode.UNREADABLE: {"en": "cannot be read: {what}", "ro": "nu poate fi citit: {what}"},
    ProblemCode.DOUBLE_ID: {"en": "the id {what} stands twice", "ro": "id-ul {what} apare de două ori"},
    ProblemCode.TWICE: {"en": "{what} stands twice", "ro": "{what} apare de două ori"},
    ProblemCode.MISSING_TRANSLATION: {"en": "there is no text in {what}", "ro": "lipsește textul în {what}"},
    ProblemCode.MISSING_LANGUAGE: {
        "en": "the house speaks {what}, its menu does not",
        "ro": "casa vorbește {what}, meniul ei nu",
    },
    ProblemCode.WRONG_CURRENCY: {"en": "a price in {what}", "ro": "un preț în {what}"},
    ProblemCode.UNKNOWN_CATEGORY: {"en": "there is no category {what}", "ro": "nu există categoria {what}"},
    ProblemCode.UNKNOWN_GROUP: {
        "en": "there is no modifier group {what}",
        "ro": "nu există grupul de opțiuni {what}",
    },
    ProblemCode.UNUSED_GROUP: {"en": "no dish uses this group", "ro": "niciun fel nu folosește acest grup"},
    ProblemCode.NO_OPTIONS: {"en": "there is nothing to choose from", "ro": "nu este nimic de ales"},
    ProblemCode.MIN_ABOVE_MAX: {
        "en": "the minimum is above the maximum ({what})",
        "ro": "minimul depășește maximul ({what})",
    },
    ProblemCode.MAX_ABOVE_OPTIONS: {
        "en": "the maximum is above the number of options ({what})",
        "ro": "maximul depășește numărul de opțiuni ({what})",
    },
    ProblemCode.UNKNOWN_DEFAULT: {
        "en": "{what} is none of the group's options",
        "ro": "{what} nu este o opțiune a grupului",
    },
    ProblemCode.WRONG_NUMBER_OF_DEFAULTS: {
        "en": "so many defaults may not be chosen ({what})",
        "ro": "nu se pot alege atâtea opțiuni implicite ({what})",
    },
    ProblemCode.NESTED_TWICE: {
        "en": "an option opens this group, so its own options cannot open another ({what})",
        "ro": "grupul este deschis de o opțiune, deci opțiunile lui nu pot deschide altul ({what})",
    },
    ProblemCode.UNKNOWN_ALLERGEN: {
        "en": "{what} is none of the 14 allergens of Regulation (EU) No 1169/2011",
        "ro": "{what} nu este unul dintre cei 14 alergeni din Regulamentul (UE) nr. 1169/2011",
    },
    ProblemCode.NO_STATION: {"en": "no station cooks it", "ro": "nicio stație nu îl gătește"},
    ProblemCode.UNKNOWN_STATION: {"en": "there is no station {what}", "ro": "nu există stația {what}"},
    ProblemCode.STATION_COOKS_NOTHING: {
        "en": "the station {what} assembles and does not cook",
        "ro": "stația {what} asamblează, nu gătește",
    },
    ProblemCode.NO_DINING_OPTION: {
        "en": "it is on no menu: name a dining option",
        "ro": "nu este în niciun meniu: numiți un mod de servire",
    },
    ProblemCode.NOT_OFFERED: {
        "en": "there is a price for {what}, for which it is not offered",
        "ro": "există un preț pentru {what}, mod în care nu este oferit",
    },
    ProblemCode.NO_TAX_CLASS: {
        "en": "the house has tax classes, and this is in none",
        "ro": "casa are clase de taxare, iar acesta nu este în niciuna",
    },
    ProblemCode.UNKNOWN_TAX_CLASS: {"en": "there is no tax class {what}", "ro": "nu există clasa de taxare {what}"},
    ProblemCode.NEVER_OPEN: {"en": "this window never opens", "ro": "acest interval nu se deschide niciodată"},
    ProblemCode.BAD_PICTURE: {
        "en": "a picture is named by a URL that begins with https://",
        "ro": "imaginea se dă printr-un URL care începe cu https://",
    },
    ProblemCode.TOO_LARGE: {
        "en": "the menu is too large to be sent to a phone ({what})",
        "ro": "meniul este prea mare pentru a fi trimis unui telefon ({what})",
    },
    ProblemCode.NO_BORDER: {
        "en": "it has neither postal codes nor a polygon, so no address is in it",
        "ro": "nu are nici coduri poștale, nici poligon, deci nu cuprinde nicio adresă",
    },
    ProblemCode.TOO_FEW_CORNERS: {
        "en": "a polygon has at least 3 corners, this one has {what}",
        "ro": "un poligon are cel puțin 3 colțuri, acesta are {what}",
    },
    ProblemCode.CROSSES_ITSELF: {
        "en": "the polygon meets itself: the sides that begin at {what} cross or touch",
        "ro": "poligonul se intersectează: laturile care încep la {what} se întâlnesc",
    },
    ProblemCode.NEVER_REACHED: {
        "en": "{what} belongs to a zone above it already",
        "ro": "{what} aparține deja unei zone de mai sus",
    },
    ProblemCode.WINDOWS_OVERLAP: {
        "en": "this window overlaps another one ({what})",
        "ro": "acest interval se suprapune cu altul ({what})",
    },
    ProblemCode.NOT_WHOLE_SLOTS: {
        "en": "this window is no whole number of slots of {what} minutes",
        "ro": "acest interval nu este un număr întreg de tranșe de {what} minute",
    },
    ProblemCode.PLAN_TOO_LARGE: {
        "en": "the plan is too large to be sent in one message ({what})",
        "ro": "planul este prea mare pentru a fi trimis într-un singur mesaj ({what})",
    },
}


class Problem(Value):
    """One mistake. `path` names the entry by its id and then the field as in a file: `dishes.zacusca.stations`."""

    path: str
    code: ProblemCode
    what: str = ""

    def message(self, language: str) -> str:
        """Return the sentence for people, in their language or in English."""
        texts = TEXTS[self.code]
        return (texts.get(language) or texts["en"]).format(what=self.what)
