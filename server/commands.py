"""Every module that declares commands; what is not listed does not exist. The server and its documents read the
same list.
"""

import handlers.approving
import handlers.cart
import handlers.check
import handlers.correcting
import handlers.joining
import handlers.menu
import handlers.moving
import handlers.order
import handlers.paying
import handlers.serving
import handlers.session
import handlers.staff
import handlers.sync
import kitchen_display.ticket
from server.duties import Duty

COMMAND_MODULES = (
    handlers.session,
    handlers.joining,
    handlers.moving,
    handlers.cart,
    handlers.order,
    handlers.approving,
    handlers.serving,
    handlers.check,
    handlers.correcting,
    handlers.paying,
    handlers.menu,
    handlers.staff,
    handlers.sync,
    kitchen_display.ticket,
)

DUTIES: tuple[Duty, ...] = ()
"""What the house does by itself, by whichever process holds the lease."""
