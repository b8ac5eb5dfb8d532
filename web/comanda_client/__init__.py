"""A client of Comanda that is always right: the promises of the protocol, kept on the client's side.

It keeps the highest version of everything it hears, catches up with `sync:get` after every (re)connect, and repeats
an operation under its own id until it is answered. The demonstration, the load generators and the fault runs use
it, so that what is promised is what is tested.
"""

from comanda_client.connection import Connection
from comanda_client.error import Refused, Unreachable
from comanda_client.state import Snapshot, State

__all__ = ["Connection", "Refused", "Snapshot", "State", "Unreachable"]
