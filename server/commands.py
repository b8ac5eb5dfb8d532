"""Every module that declares commands; what is not listed does not exist. The server and its documents read the
same list.
"""

import handlers.address
import handlers.admitting
import handlers.alarm
import handlers.approving
import handlers.audit
import handlers.calling_off
import handlers.cancelling
import handlers.cart
import handlers.check
import handlers.claiming
import handlers.code
import handlers.correcting
import handlers.coursing
import handlers.delivering
import handlers.delivery_plan
import handlers.device
import handlers.item
import handlers.joining
import handlers.login
import handlers.menu
import handlers.menu_editing
import handlers.merging
import handlers.moving
import handlers.online
import handlers.order
import handlers.ordering
import handlers.paying
import handlers.priority
import handlers.promoting
import handlers.proving
import handlers.receipt
import handlers.report
import handlers.section
import handlers.service
import handlers.serving
import handlers.session
import handlers.splitting
import handlers.staff
import handlers.station
import handlers.sync
import kitchen_display.course
import kitchen_display.expo
import kitchen_display.ticket
import sms_gateway.acking
import sms_gateway.pausing
import sms_gateway.registering
from server.coursing import PACING
from server.delivering import SETTLED
from server.duties import Duty
from server.fleet import FLEET
from server.messages import MESSAGES
from server.payments.duty import PAYMENTS
from server.reporting import SUMMING
from server.suspicion import PATTERNS
from server.waiting import ACTIVITY, ESCALATION, IDLENESS
from server.watching import DARK, UNSEEN

COMMAND_MODULES = (
    handlers.session,
    handlers.joining,
    handlers.admitting,
    handlers.moving,
    handlers.merging,
    handlers.cart,
    handlers.order,
    handlers.ordering,
    handlers.delivering,
    handlers.calling_off,
    handlers.approving,
    handlers.serving,
    handlers.priority,
    handlers.coursing,
    handlers.service,
    handlers.alarm,
    handlers.section,
    handlers.check,
    handlers.claiming,
    handlers.splitting,
    handlers.cancelling,
    handlers.correcting,
    handlers.promoting,
    handlers.paying,
    handlers.online,
    handlers.receipt,
    handlers.report,
    handlers.menu,
    handlers.item,
    handlers.menu_editing,
    handlers.login,
    handlers.staff,
    handlers.device,
    handlers.station,
    handlers.delivery_plan,
    handlers.audit,
    handlers.sync,
    kitchen_display.expo,
    kitchen_display.ticket,
    kitchen_display.course,
    sms_gateway.registering,
    sms_gateway.acking,
    sms_gateway.pausing,
)

REST_MODULES = (handlers.address, handlers.code, handlers.proving)
"""Whose commands come over HTTP; `server.routes` has their methods and paths."""

DUTIES: tuple[Duty, ...] = (
    PACING,
    ESCALATION,
    IDLENESS,
    ACTIVITY,
    PATTERNS,
    SUMMING,
    PAYMENTS,
    MESSAGES,
    FLEET,
    UNSEEN,
    DARK,
    SETTLED,
)
"""What the house does by itself, by whichever process holds the lease."""
