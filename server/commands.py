"""Every module that declares commands; what is not listed does not exist. The server and its documents read the
same list.
"""

import handlers.cart
import handlers.menu
import handlers.order
import handlers.session
import handlers.staff
import handlers.sync
import kitchen_display.ticket

COMMAND_MODULES = (
    handlers.session,
    handlers.cart,
    handlers.order,
    handlers.menu,
    handlers.staff,
    handlers.sync,
    kitchen_display.ticket,
)
