"""Who is on the other end of a connection, as all doors and the dispatcher know them."""

from dataclasses import dataclass, field

from handlers.registry import Command
from models.errors import RateLimited
from models.principal import Principal


@dataclass(slots=True, eq=False)
class Client:
    """Who is on a connection, in what language they are answered, and what is left of their rate limits."""

    namespace: str
    principal: Principal
    language: str
    is_in: bool = False
    """Whether its client has been told that it is connected."""
    allowance: dict[str, tuple[float, float]] = field(default_factory=dict)


def require_allowance(client: Client, command: Command, now: float) -> None:
    """Take one from the command's bucket, which refills evenly."""
    limit = command.limit
    left, since = client.allowance.get(command.name) or (limit.count, now)
    left = min(limit.count, left + (now - since) * limit.count / limit.per)
    if left < 1:
        raise RateLimited(retry_after=max(1, round((1 - left) * limit.per / limit.count)))
    client.allowance[command.name] = (left - 1, now)
