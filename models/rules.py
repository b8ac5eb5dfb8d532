"""The figures that the rules of the domain need. Where each comes from stands in the configuration that fills them."""

from datetime import timedelta

from models.base import Value


class Rules(Value):
    """Limits of one installation; times in seconds, amounts in minor units."""

    pin_failures: int = 5
    pin_window: int = 900
    pin_longest_wait: int = 900
    address_failures: int = 50
    house_network_failures: int = 200
    address_window: int = 3600
    house_failures: int = 100
    house_window: int = 900
    admit_seconds: int = 120
    undo_seconds: int = 120
    participants: int = 40
    sockets_per_participant: int = 8
    cart_lines: int = 60
    round_portions: int = 200
    round_amount: int = 1_000_000
    session_lines: int = 500
    session_portions: int = 1_000
    session_amount: int = 5_000_000
    first_order_gate: bool = False
    hold_courses: bool = False
    fire_by_prep_time: bool = True
    hold_seconds: int = 25
    payment_minutes: int = 15
    service_requests: int = 10
    service_window: int = 600
    service_escalation_seconds: int = 120
    idle_minutes: int = 45
    wait_hours: int = 3
    unseen_seconds: int = 20
    dark_seconds: int = 5
    approval_amount: int = 10_000
    void_day_amount: int = 100_000
    comp_day_amount: int = 50_000
    discount_day_amount: int = 50_000
    refund_day_amount: int = 50_000
    promotion_failures: int = 5
    promotion_window: int = 900
    login_failures: int = 5
    login_window: int = 900
    login_longest_wait: int = 900
    login_address_failures: int = 30
    staff_session_hours: int = 12
    access_token_seconds: int = 900
    refresh_token_days: int = 7
    refresh_grace_seconds: int = 10
    pairing_seconds: int = 60
    pairing_failures: int = 10
    pairing_window: int = 900
    session_token_hours: int = 12
    code_seconds: int = 300
    code_tries: int = 5
    code_resend_seconds: int = 60
    phone_messages: int = 3
    address_messages: int = 5
    house_messages: int = 200
    code_use_percent: int = 20
    code_use_sample: int = 20
    code_use_window: int = 900
    recipient_messages: int = 6
    sim_parts: int = 25
    sim_window: int = 1800
    sim_month_parts: int = 2_000
    sms_phone_jobs: int = 5
    sms_phone_failures: int = 3
    sms_phone_probe_seconds: int = 30
    sms_phone_probe_longest: int = 900
    sms_phone_unused: int = 5
    sms_phone_takeovers: int = 3
    sms_phone_takeover_window: int = 300
    sms_longest_wait: int = 60
    phone_block_seconds: int = 900
    phone_block_longest: int = 86_400
    addresses: int = 50
    checkout_token_seconds: int = 1_800
    checkout_session_hours: int = 12
    sms_on_leaving: bool = False
    void_alarm_count: int = 10
    void_alarm_amount: int = 100_000
    void_alarm_window: int = 3600
    pin_alarm_sessions: int = 10
    login_alarm_names: int = 5
    device_alarm_refusals: int = 5

    @property
    def pin_span(self) -> timedelta:
        """The window in which wrong PINs of one session count."""
        return timedelta(seconds=self.pin_window)

    @property
    def address_span(self) -> timedelta:
        """The window in which wrong PINs from one address count."""
        return timedelta(seconds=self.address_window)

    @property
    def house_span(self) -> timedelta:
        """The window in which wrong PINs of one house count."""
        return timedelta(seconds=self.house_window)
