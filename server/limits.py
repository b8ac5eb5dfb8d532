"""The options that are rules of the house: each figure has the name that it has in `models.rules.Rules`."""

from pydantic import Field

from models.rules import Rules
from server.options import Count, Seconds, Section


class Limits(Section):
    """The rules of the house; amounts are in minor units (bani, cents)."""

    pin_failures: Count = Field(5, description="Wrong PINs of a session within pin_window before new joins are locked.")
    pin_window: Seconds = Field(900, description="Window of pin_failures, in seconds.")
    pin_longest_wait: Seconds = Field(
        900, description="Longest wait after a wrong PIN, in seconds; it doubles up to that."
    )
    address_failures: Count = Field(50, description="Wrong PINs from one address within address_window.")
    house_network_failures: Count = Field(
        200, description="The same for the house's own network, which all guests share."
    )
    address_window: Seconds = Field(3600, description="Window of the two above, in seconds.")
    house_failures: Count = Field(
        100, description="Wrong PINs in one house within house_window, then joins of the house need a waiter's tap."
    )
    house_window: Seconds = Field(900, description="Window of house_failures, in seconds.")
    admit_seconds: Seconds = Field(120, description="How long such a tap opens the door of a session.")
    undo_seconds: Seconds = Field(120, description="How long the move of a party can be undone.")
    participants: Count = Field(40, description="Phones in one session.")
    sockets_per_participant: Count = Field(8, description="Live sockets of one phone.")
    cart_lines: Count = Field(60, description="Lines in one cart.")
    round_portions: Count = Field(200, description="Portions in one round.")
    round_amount: Count = Field(1_000_000, description="Price of one round, in minor units.")
    session_lines: Count = Field(500, description="Lines in all rounds of a session.")
    session_portions: Count = Field(1_000, description="Portions in all rounds of a session.")
    session_amount: Count = Field(5_000_000, description="Price of all rounds of a session, in minor units.")
    first_order_gate: bool = Field(False, description="The first round of a session waits for a waiter's tap.")
    hold_courses: bool = Field(False, description="A party's later courses are held until the one before is served.")
    fire_by_prep_time: bool = Field(
        True, description="Each dish of a course is to be begun so that all of it is ready at the same minute."
    )
    hold_seconds: int = Field(
        25, ge=1, le=30, description="How long a phone may review while the others wait, at most 30."
    )
    payment_minutes: Count = Field(
        15, description="How long a guest has to pay online before it is cancelled, in minutes."
    )
    service_requests: Count = Field(10, description="Requests for service of one party within service_window.")
    service_window: Seconds = Field(600, description="Window of service_requests, in seconds.")
    service_escalation_seconds: Seconds = Field(
        120, description="A request that nobody takes in this time raises an alarm on the floor, in seconds."
    )
    idle_minutes: Count = Field(
        45, description="A party that does nothing for so long is shown to the staff, in minutes."
    )
    wait_hours: int = Field(
        3, ge=1, le=24, description="Waiting times are measured on what was cooked in so many hours."
    )
    unseen_seconds: Seconds = Field(
        20, description="A ticket that no screen of its station shows in this time raises an alarm, in seconds."
    )
    dark_seconds: Seconds = Field(
        5, description="A station with something to do that has no screen for so long raises an alarm, in seconds."
    )
    approval_amount: int = Field(
        10_000,
        ge=0,
        description="Void, comp, discount and refund above this need a manager's PIN, in minor units; 0: always.",
    )
    void_day_amount: int = Field(
        100_000,
        ge=0,
        description="What a person may void on a business day without a manager's PIN, in minor units; 0: any amount.",
    )
    comp_day_amount: int = Field(50_000, ge=0, description="The same for comps.")
    discount_day_amount: int = Field(50_000, ge=0, description="The same for discounts.")
    refund_day_amount: int = Field(50_000, ge=0, description="The same for refunds.")
    promotion_failures: Count = Field(
        5, description="Wrong promotion codes of one party within promotion_window before it has to wait."
    )
    promotion_window: Seconds = Field(900, description="Window of promotion_failures, in seconds.")
    login_failures: Count = Field(5, description="Wrong passwords of one log-in name within login_window.")
    login_window: Seconds = Field(900, description="Window of login_failures, in seconds.")
    login_longest_wait: Seconds = Field(900, description="Longest wait after a wrong password, in seconds.")
    login_address_failures: Count = Field(
        30, description="Failed log-ins over all names from one address or enrolled device within login_window."
    )
    staff_session_hours: Count = Field(12, description="Longest log-in of staff by PIN, in hours.")
    access_token_seconds: Seconds = Field(900, description="Life of an access token of staff.")
    refresh_token_days: Count = Field(7, description="Life of a log-in by password after its last refresh, in days.")
    refresh_grace_seconds: Count = Field(
        10, description="How long the refresh token before the present one is answered, in seconds."
    )
    pairing_seconds: Seconds = Field(60, description="Life of the code that pairs a device.")
    pairing_failures: Count = Field(10, description="Wrong pairing codes from one address within pairing_window.")
    pairing_window: Seconds = Field(900, description="Window of pairing_failures, in seconds.")
    session_token_hours: Count = Field(12, description="Life of a guest's session token, in hours.")
    code_seconds: Seconds = Field(300, description="Life of a one-time code.")
    code_tries: Count = Field(5, description="Wrong tries of one challenge, however often its code is sent again.")
    code_resend_seconds: Seconds = Field(60, description="Time before a code is sent again, in seconds.")
    phone_messages: Count = Field(3, description="Codes sent to one phone number on one day of the house.")
    address_messages: Count = Field(5, description="Codes asked for from one address within an hour.")
    house_messages: Count = Field(200, description="Codes sent by one house within an hour.")
    code_use_percent: int = Field(
        20,
        ge=0,
        le=100,
        description="When fewer codes than this are used within code_use_window, in percent, no more are sent for a "
        "while; 0: never.",
    )
    code_use_sample: Count = Field(
        20, description="So many codes must have been sent in that window before that is looked at."
    )
    code_use_window: Seconds = Field(
        900, description="Window of code_use_percent, and how long no codes are sent then, in seconds."
    )
    recipient_messages: Count = Field(6, description="Messages of all kinds to one phone number within an hour.")
    sim_parts: Count = Field(25, description="Parts of messages that one card of a phone is given within sim_window.")
    sim_window: Seconds = Field(1800, description="Window of sim_parts, in seconds.")
    sim_month_parts: Count = Field(2_000, description="Parts that one card is given in a calendar month (UTC).")
    sms_phone_jobs: Count = Field(5, description="Messages that a phone of the house has to send at a time.")
    sms_phone_failures: Count = Field(3, description="Failures in a row after which a phone is given nothing at first.")
    sms_phone_probe_seconds: Seconds = Field(
        30, description="After how many seconds it is given one message to try; it doubles each time."
    )
    sms_phone_probe_longest: Seconds = Field(900, description="Longest time before such a try, in seconds.")
    sms_phone_unused: Count = Field(
        5,
        description="A phone is paused when so many codes that it says it has sent are over, and none of twice as many "
        "was used.",
    )
    sms_phone_takeovers: Count = Field(
        3,
        description="The floor has an alarm when newer connections have taken a phone so often within "
        "sms_phone_takeover_window from older ones that were still answered: two devices have its secret.",
    )
    sms_phone_takeover_window: Seconds = Field(300, description="Window of sms_phone_takeovers, in seconds.")
    sms_longest_wait: Seconds = Field(
        60, description="When a code has waited for so long to be sent, no more are taken on; in seconds."
    )
    phone_block_seconds: Seconds = Field(
        900, description="How long a phone number is blocked after code_tries wrong codes; it doubles each time."
    )
    phone_block_longest: Seconds = Field(
        86_400, description="Longest time for which a phone number is blocked, in seconds."
    )
    addresses: Count = Field(50, description="Addresses of one customer.")
    checkout_token_seconds: Seconds = Field(
        1800, description="Life of a customer's token, in seconds; a refresh makes a new one."
    )
    checkout_session_hours: Count = Field(
        12, description="Longest time for which a phone number counts as proved, in hours."
    )
    sms_on_leaving: bool = Field(
        False, description="Whether a customer gets a message when the order leaves the house, where messages are sent."
    )
    void_alarm_count: Count = Field(
        10,
        description="Voids, comps, discounts and refunds of one person within void_alarm_window that raise an alarm.",
    )
    void_alarm_amount: Count = Field(100_000, description="What they come to that raises it, in minor units.")
    void_alarm_window: Seconds = Field(3600, description="Window of the two above, in seconds.")
    pin_alarm_sessions: Count = Field(
        10, description="Sessions with wrong PINs within house_window that raise an alarm."
    )
    login_alarm_names: Count = Field(
        5, description="Names with failed log-ins within login_window that raise an alarm."
    )
    device_alarm_refusals: Count = Field(5, description="Devices refused within pairing_window that raise an alarm.")

    def rules(self) -> Rules:
        """Return these figures as the domain takes them."""
        return Rules(**self.model_dump())
