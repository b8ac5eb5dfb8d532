"""Which provider there is: the one for which the environment has keys, and none without. Only then is it loaded."""

from server.payment_options import Payments
from server.payments.provider import Provider


def open_provider(options: Payments) -> Provider | None:
    """Return the provider; nothing is asked of it yet."""
    keys = options.stripe
    if keys.secret_key is None or keys.publishable_key is None:
        return None
    from server.payments.stripe import Stripe

    secrets = [one.get_secret_value() for one in keys.webhook_secrets]
    secret_key, script_url = keys.secret_key.get_secret_value(), options.stripe_script_url
    return Stripe(secret_key, keys.publishable_key, secrets, options.stripe_url, script_url)
