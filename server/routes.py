"""Which command answers which method and path of REST: written out, so that it can be read, and so that the published
document and the door say the same.
"""

import re
from dataclasses import dataclass

from handlers.registry import REST, Command, Registry

PREFIX = "/api/checkout"


@dataclass(frozen=True, slots=True)
class Route:
    """`{names}` in a path are fields of the command's request.

    `is_proved`: only with a customer's token. `shows_token`: with the parts of a token that may be an old one, as
    `session_id` and `generation`. `gives_token` and `ends_token`: what becomes of the cookies. `has_body`: the
    request's other fields are JSON in the body.
    """

    method: str
    path: str
    command: str
    status: int = 200
    is_proved: bool = True
    shows_token: bool = False
    gives_token: bool = False
    ends_token: bool = False
    has_body: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(re.findall(r"{(\w+)}", self.path))


ROUTES = (
    Route("POST", f"{PREFIX}/phone/send-code", "code:send", is_proved=False, has_body=True),
    Route("POST", f"{PREFIX}/phone/verify-code", "code:verify", is_proved=False, has_body=True, gives_token=True),
    Route("POST", f"{PREFIX}/session/refresh", "session:refresh", shows_token=True, gives_token=True),
    Route("GET", f"{PREFIX}/session", "session:get"),
    Route("DELETE", f"{PREFIX}/session", "session:end", ends_token=True),
    Route("GET", f"{PREFIX}/addresses", "address:list"),
    Route("POST", f"{PREFIX}/addresses", "address:add", status=201, has_body=True),
    Route("PUT", f"{PREFIX}/addresses/{{id}}", "address:change", has_body=True),
    Route("DELETE", f"{PREFIX}/addresses/{{id}}", "address:remove"),
)


def commands_of(registry: Registry) -> list[tuple[Route, Command]]:
    """Return every route with its command; raises `ValueError` for a route without one, or a command without route."""
    found = [(route, registry.get(REST, route.command)) for route in ROUTES]
    missing = {route.command for route, command in found if command is None}
    unrouted = {command.name for _, command in registry.all()} - {route.command for route in ROUTES}
    if missing | unrouted:
        raise ValueError(f"routes and commands of REST differ in {sorted(missing | unrouted)}")
    return [(route, command) for route, command in found if command is not None]
