"""For development: a message is printed on the terminal instead of being sent, so that a code can be read there.

It goes to standard output alone and never into the log, which is kept and shipped.
"""

import sys

from models.phone import masked
from models.sms import MessageStatus
from sms_gateway.provider import Outgoing


class Console:
    """Prints messages."""

    name = "console"

    async def send(self, message: Outgoing) -> MessageStatus:
        """Print a message; it is as good as sent."""
        # One write, so that lines of several processes do not mix.
        sys.stdout.write(f"SMS to {masked(message.phone)}: {message.text}\n")
        sys.stdout.flush()
        return MessageStatus.SENT

    async def close(self) -> None:
        """Nothing is open."""
