"""An SMS phone without a phone: what the app on an Android phone does, over the wire alone, with the faults that real
phones show. `comanda sms-phone` is this with a terminal as its screen; the fault runs kill dozens of them.

How the real one is written is in docs/sms-phone.md.
"""

from comanda_client.sms_phone.faults import Faults
from comanda_client.sms_phone.journal import Entry, Journal, JournalBroken
from comanda_client.sms_phone.phone import ONE_CARD, TWO_CARDS, SmsPhone
from comanda_client.sms_phone.proof import proof
from comanda_client.sms_phone.work import NotSent

__all__ = ["ONE_CARD", "TWO_CARDS", "Entry", "Faults", "Journal", "JournalBroken", "NotSent", "SmsPhone", "proof"]
