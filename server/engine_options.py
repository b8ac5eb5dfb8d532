"""What the options of the server mean for its engine, which knows none of them."""

from dataclasses import replace
from ipaddress import ip_network

from handlers.registry import KITCHEN
from server.config import Settings
from server.engine.settings import EngineSettings


def engine_settings(settings: Settings) -> EngineSettings:
    """Translate the options into the engine's figures."""
    guard, server = settings.guard, settings.server
    return replace(
        EngineSettings(),
        ping_interval=float(guard.ping_interval_seconds),
        ping_timeout=float(guard.ping_timeout_seconds),
        watched=frozenset({KITCHEN}),
        watched_ping_interval=float(guard.kitchen_ping_interval_seconds),
        watched_ping_timeout=float(guard.kitchen_ping_timeout_seconds),
        max_payload=guard.message_bytes,
        max_depth=guard.message_depth,
        max_keys=guard.message_keys,
        commands_per_second=float(guard.commands_per_second),
        command_burst=guard.commands_burst,
        prove_seconds=float(guard.identify_seconds),
        queue_packets=guard.queue_packets,
        queue_bytes=guard.queue_bytes,
        unsent_seconds=float(guard.unread_seconds),
        connects_per_second=float(guard.connects_per_second),
        connect_burst=guard.connects_per_second,
        origins=_origins(settings.public_url) | frozenset(server.origins),
        trusted_proxies=tuple(ip_network(network) for network in server.trusted_proxies),
        polling=server.polling,
    )


def _origins(public_url: str) -> frozenset[str]:
    """Return where our own pages come from: on one machine both of its names are typed."""
    names = ("//127.0.0.1:", "//localhost:")
    own = next((name for name in names if name in public_url), None)
    return frozenset({public_url} if own is None else {public_url.replace(own, name) for name in names})
