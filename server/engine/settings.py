"""Every figure that the engine obeys, with the reason it exists. The defaults are the promises of the guard."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The limits of one process; sizes are bytes, times are seconds."""

    ping_interval: float = 15.0
    """Silence after a pong before the next ping."""

    ping_timeout: float = 10.0
    """How long a client may take to answer a ping before it counts as gone."""

    watched: frozenset[str] = frozenset()
    """Namespaces in which whoever is gone must be noticed soon: a dark kitchen screen costs somebody's dinner."""

    watched_ping_interval: float = 2.0
    """The same as `ping_interval` for a socket that is in one of them."""

    watched_ping_timeout: float = 3.0
    """The same as `ping_timeout` for such a socket."""

    max_payload: int = 16 * 1024
    """The largest message a client may send, all its fragments together; a larger one closes the socket."""

    max_depth: int = 8
    """How deep objects and lists may be nested in an argument."""

    max_keys: int = 200
    """How many keys an argument may have, at all depths together."""

    commands_per_second: float = 10.0
    """The pace at which one socket may send commands for long; faster ones are answered RATE_LIMITED."""

    command_burst: int = 30
    """How many commands a socket may send at once after a pause."""

    flood_factor: float = 3.0
    """A socket that sends frames of any kind faster than this many times its pace and burst is closed."""

    waiting_commands: int = 100
    """How many commands of one socket may wait while one runs; what comes beyond is answered RATE_LIMITED."""

    abreast: frozenset[tuple[str, str]] = frozenset()
    """Commands, each with its namespace, that do not wait for the end of those of the same name before them."""

    prove_seconds: float = 10.0
    """How long a socket may stay without a connection that has a principal."""

    queue_packets: int = 256
    """How many packets may be unsent to one socket before it is cut off."""

    queue_bytes: int = 1024 * 1024
    """How many bytes may be unsent to one socket, besides its largest packet, before it is cut off."""

    unsent_seconds: float = 20.0
    """How long a packet may stay unsent before its socket is cut off."""

    kernel_buffer: int = 128 * 1024
    """Size asked of the kernel for a socket's send buffer; bounds what a reader that does not read can hold there."""

    linger_seconds: float = 5.0
    """How long a socket that we closed may take to take its last packets before it is cut."""

    connects_per_second: float = 300.0
    """New sockets admitted a second by this process; the others are told to come back."""

    connect_burst: int = 300
    """New sockets admitted at once after a quiet time."""

    retry_after: int = 10
    """The longest time that a socket which was not admitted is told to wait; the answers are spread from 1 to this."""

    origins: frozenset[str] = frozenset()
    """The values of the Origin header that browsers may come from; any other Origin is refused."""

    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """The networks whose X-Forwarded-For is believed."""

    polling: bool = False
    """Whether long-polling is offered; it needs a single process, or a balancer that sends a client to the same one."""

    path: str = "/socket.io/"
    """Where the engine answers."""
