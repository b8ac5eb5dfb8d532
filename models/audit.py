"""What happened, who did it and to what: written in the same transaction as the act, never changed, and sealed into the
chain of its house within about a second (`models.chain`).
"""

from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from pydantic import Field

from models.base import Actor, Aggregate, Value

Fact = str | int | bool | None
Facts = dict[str, Fact]
"""Ids, names of states, amounts in minor units; no PIN, code, token or phone number ever."""

REFUSED = "refused"
"""The act of an entry about an attempt that was refused and wrote nothing else."""

_IPV4_BITS, _IPV6_BITS = 24, 48


class Seal(Value):
    """An entry's place in the chain of its house: `hash` is keyed by the key named `key`, over the entry, its number
    and the hash before it.
    """

    number: int
    previous: str
    hash: str
    key: str


class AuditEntry(Aggregate):
    """One act. `details` hold ids, names of states and amounts in minor units; no PIN, code, token or phone number
    ever.
    """

    at: datetime
    act: str
    actor: Actor
    session_id: str | None = None
    subject: str | None = None
    address: str = ""
    """The network the act came from, see `masked_address`."""
    device: str = ""
    """Which device, as the keyed hash of its cookie: empty for a client that has none."""
    before: Facts = Field(default_factory=dict)
    after: Facts = Field(default_factory=dict)
    """What the act changed, by the names of the fields."""
    details: Facts = Field(default_factory=dict)
    seal: Seal | None = None
    """None until the sealer has found it."""


@lru_cache(maxsize=4_096)
def masked_address(address: str) -> str:
    """Return the network of an address: `/24` of IPv4, `/48` of IPv6; empty for what is no address.

    Enough to tell one attacker from many, too little to follow a person.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((int(found), _IPV6_BITS), strict=False))
        found = found.ipv4_mapped
    return str(ip_network((int(found), _IPV4_BITS), strict=False))
