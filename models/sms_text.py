"""What messages say, in the languages that we speak: short, because an operator counts parts, and without links."""

from models.base import Text, in_language
from models.sms_encoding import encoded

CODE: Text = {
    "en": "{code} is your code for {house}. It is good for {minutes} minutes. Tell it to nobody.",
    "ro": "{code} este codul dvs. pentru {house}. Este valabil {minutes} minute. Nu îl spuneți nimănui.",
}
"""The code comes first: it is what a phone shows while it is locked."""

LEAVING: Text = {
    "en": "Your order from {house} is on its way.",
    "ro": "Comanda dvs. de la {house} este pe drum.",
}

LONGEST_HOUSE = 40
"""So much of a house's name is said."""


def code_text(language: str, code: str, house: str, seconds: int, public_url: str = "") -> str:
    """Return the message that carries a one-time code, which lives for some seconds.

    Where that costs no further part, its last line names our page, if that is served by https: browsers put the code in
    there by themselves, and nowhere else (WICG, Origin-bound one-time codes delivered via SMS).
    """
    minutes = max(1, seconds // 60)
    text = in_language(CODE, language).format(code=code, house=house[:LONGEST_HOUSE].strip(), minutes=minutes)
    host = public_url.removeprefix("https://").rstrip("/")
    is_ours = public_url.startswith("https://") and not {":", "/"} & set(host)
    bound = f"{text}\n@{host} #{code}"
    return bound if is_ours and encoded(bound).parts == encoded(text).parts else text


def leaving_text(language: str, house: str) -> str:
    """Return the message that says that an order has left the house."""
    return in_language(LEAVING, language).format(house=house[:LONGEST_HOUSE].strip())
