"""The door for HTTP: what customers do about their phone number, their session and their addresses.

It turns a call into a principal and a command, as `server.realtime` does for sockets, and the answer into a status.
Which command answers what stands in `server.routes`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from aiohttp import web
from pydantic_core import to_json

from handlers.context import Reply
from handlers.registry import REST, Command, Registry
from models.customer_session import CustomerSession
from models.errors import (
    CsrfFailed,
    Internal,
    NotFound,
    RateLimited,
    Refusal,
    SessionExpired,
    Unavailable,
    ValidationFailed,
)
from models.house import Restaurant
from models.principal import Principal, Stranger
from models.rules import Rules
from models.store.outcome import Interrupted
from models.store.work import Store, Work
from server.answers import preflight, refused, unacceptable, with_headers
from server.auth import Vault
from server.bodies import Unacceptable, read_object, require_no_body
from server.calls import SAFE, Call, read_call
from server.client import Client
from server.clock import Clock
from server.cookies import COOKIE_DAYS, csrf_cookie, device_cookie, set_cookie
from server.csrf import HEADER, Csrf
from server.customer_proof import CustomerProof, checkout_cookie
from server.dispatch import Dispatcher
from server.engine.settings import EngineSettings
from server.routes import PREFIX, Route, commands_of
from server.session_copies import SessionCopies
from server.telemetry import Metrics
from server.throttle import Throttle

log = structlog.get_logger(__name__)

_is_id = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch

HOUSE = "restaurantId"
"""The parameter that says which house; it may be left out where there is one."""


class Checkout:
    """The REST routes of one process."""

    def __init__(
        self,
        registry: Registry,
        dispatcher: Dispatcher,
        store: Store,
        vault: Vault,
        clock: Clock,
        rules: Rules,
        metrics: Metrics,
        copies: SessionCopies,
        settings: EngineSettings,
        throttle: Throttle,
        *,
        is_secure: bool,
        deadline_seconds: float,
    ) -> None:
        self._routes = commands_of(registry)
        self._dispatcher = dispatcher
        self._store = store
        self._vault = vault
        self._clock = clock
        self._rules = rules
        self._metrics = metrics
        self._copies = copies
        self._settings = settings
        self._throttle = throttle
        self._is_secure = is_secure
        self._device = device_cookie(is_secure=is_secure)
        self._deadline_seconds = deadline_seconds
        self._customers = CustomerProof(vault, clock, rules)
        self._csrf = Csrf(vault, rules.checkout_session_hours * 3600)

    def attach(self, app: web.Application) -> None:
        """Add the routes, every method of each: what is not allowed is said here, too."""
        for path in dict.fromkeys(route.path for route, _ in self._routes):
            methods = {route.method: (route, command) for route, command in self._routes if route.path == path}
            app.router.add_route("*", path, self._handler(methods))
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._handler({}))

    def _handler(self, methods: Mapping[str, tuple[Route, Command]]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            call = read_call(request, self._settings, is_secure=self._is_secure)
            try:
                response = await self._answer(request, call, methods)
            except Unacceptable as fault:
                response = unacceptable(fault, call.language)
            except CsrfFailed as refusal:
                self._metrics.refused("calls_forged")
                response = refused(refusal, call.language)
            except Refusal as refusal:
                response = refused(refusal, call.language)
                if refusal.status == 401 and request.method in methods and methods[request.method][0].ends_token:
                    # Asked again because the answer was lost: what ended has no cookies either.
                    self._take_cookies(response)
            except Interrupted:
                response = refused(Unavailable(retry_after=1), call.language)
            except Exception:
                reference = self._clock.new_id()
                log.exception("call failed", reference=reference)
                response = refused(Internal(reference=reference), call.language)
            return with_headers(response, call)

        return handle

    async def _answer(
        self, request: web.Request, call: Call, methods: Mapping[str, tuple[Route, Command]]
    ) -> web.Response:
        if not methods:
            raise NotFound
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return preflight(call, methods)
        if request.method not in methods:
            raise Unacceptable(405, "method", Allow=", ".join(methods))
        if seconds := self._throttle.wait(call.handshake.address, self._clock.monotonic()):
            self._metrics.refused("calls_throttled")
            raise RateLimited(retry_after=seconds)
        route, command = methods[request.method]
        self._require_our_page(call, route)
        house_id = house_asked_for(request)
        fields = await self._body(request, route)
        work = self._store.begin("", self._clock.monotonic() + self._deadline_seconds)
        if not route.is_proved:
            return await self._run_unproved(call, route, command, fields, work, await self._house(work, house_id))
        parts = self._customers.parts(call.token, self._csrf.seconds if route.shows_token else None)
        if parts is None or house_id not in (None, parts[0]):
            raise SessionExpired
        if call.is_by_cookie and route.method not in SAFE:
            cookie = call.handshake.cookies.get(csrf_cookie(is_secure=self._is_secure), "")
            self._csrf.require(parts[1], cookie, request.headers.get(HEADER, ""))
        fields = _merged(fields, dict(request.match_info))
        return await self._run_proved(call, route, command, fields, parts, work)

    async def _body(self, request: web.Request, route: Route) -> dict[str, Any]:
        """Return what came in the body; nothing where nothing belongs."""
        if route.has_body:
            return await read_object(request, max_depth=self._settings.max_depth, max_keys=self._settings.max_keys)
        require_no_body(request)
        return {}

    def _require_our_page(self, call: Call, route: Route) -> None:
        """Refuse what another site's page had a browser ask for: also to be logged in as somebody else is harm."""
        is_by_itself = route.is_proved and call.token is not None
        if not call.is_ours and route.method not in SAFE and not is_by_itself:
            raise CsrfFailed

    async def _run_unproved(
        self, call: Call, route: Route, command: Command, fields: dict[str, Any], work: Work, house_id: str
    ) -> web.Response:
        """Carry out what someone asks of whom nothing is known yet but their browser."""
        known = call.handshake.cookies.get(self._device)
        cookie = known or self._clock.token()
        principal = Stranger(restaurant_id=house_id, address=call.handshake.address, device=self._vault.device(cookie))
        try:
            response = await self._run(call, route, command, fields, principal, work.deadline)
        except Refusal as refusal:
            response = refused(refusal, call.language)
        if not known:
            seconds = COOKIE_DAYS * 86_400
            response.headers.add("Set-Cookie", set_cookie(self._device, cookie, seconds, is_secure=self._is_secure))
        return response

    async def _run_proved(
        self,
        call: Call,
        route: Route,
        command: Command,
        fields: dict[str, Any],
        parts: tuple[str, str, int],
        work: Work,
    ) -> web.Response:
        """Carry out what a customer asks, or whoever shows a token that was one's."""
        house_id, session_id, generation = parts
        address, device = call.handshake.address, self._vault.device(call.handshake.cookies.get(self._device, ""))
        principal: Principal | None
        if route.shows_token:
            fields = _merged(fields, {"session_id": session_id, "generation": generation})
            principal = Stranger(restaurant_id=house_id, address=address, device=device)
        elif await self._copies.refuses(session_id, generation):
            principal = None
        else:
            principal = await self._customers.of_token(work, call.token, address, device)
        if principal is None:
            raise SessionExpired
        try:
            response = await self._run(call, route, command, fields, principal, work.deadline)
        finally:
            if route.gives_token or route.ends_token:
                self._copy(session_id)
        if route.method in SAFE and call.is_by_cookie:
            self._give_csrf(response, call, session_id)
        if route.ends_token:
            self._take_cookies(response)
        return response

    async def _run(
        self,
        call: Call,
        route: Route,
        command: Command,
        fields: dict[str, Any],
        principal: Principal,
        deadline: float,
    ) -> web.Response:
        client = Client(namespace=REST, principal=principal, language=call.language)
        # Finding out who it is has taken some of the time that there is for all of it.
        reply = await self._dispatcher.answer(client, command, to_json(fields).decode(), deadline)
        response = web.Response(text=reply.text(), status=route.status, content_type="application/json")
        if route.gives_token:
            self._give_token(response, call, reply)
        return response

    async def _house(self, work: Work, house_id: str | None) -> str:
        """Return the house that was asked for, or the only one."""
        work.restaurant_id = house_id or ""
        house = await (work.get(Restaurant, house_id) if house_id else work.only(Restaurant))
        if house is None:
            raise NotFound
        return house.id

    def _give_token(self, response: web.Response, call: Call, reply: Reply) -> None:
        token = str(getattr(reply, "token", ""))
        parts = self._customers.parts(token)
        if parts is None:
            return
        seconds, is_secure = self._rules.checkout_token_seconds, self._is_secure
        response.headers.add(
            "Set-Cookie", set_cookie(checkout_cookie(is_secure=is_secure), token, seconds, is_secure=is_secure)
        )
        self._give_csrf(response, call, parts[1])
        self._copy(parts[1])

    def _give_csrf(self, response: web.Response, call: Call, session_id: str) -> None:
        """Give a page the token of its session. One that is good stays: pages that have read it hold it."""
        name, is_secure = csrf_cookie(is_secure=self._is_secure), self._is_secure
        if self._csrf.is_good(session_id, call.handshake.cookies.get(name, "")):
            return
        token = self._csrf.token_of(session_id)
        cookie = set_cookie(name, token, self._csrf.seconds, is_secure=is_secure, is_for_scripts=True)
        response.headers.add("Set-Cookie", cookie)

    def _take_cookies(self, response: web.Response) -> None:
        is_secure = self._is_secure
        for name in (checkout_cookie(is_secure=is_secure), csrf_cookie(is_secure=is_secure)):
            response.headers.add("Set-Cookie", set_cookie(name, "", 0, is_secure=is_secure))

    def _copy(self, session_id: str) -> None:
        """Copy what this process has just committed."""
        session = self._store.cache.get(CustomerSession, session_id)
        if session is not None:
            self._copies.keep(session)


def house_asked_for(request: web.Request) -> str | None:
    """Return the only parameter there is; raises `ValidationFailed` for another, or for it twice."""
    if set(request.query) - {HOUSE} or len(request.query) > 1:
        raise ValidationFailed(problem="query")
    asked = request.query.get(HOUSE)
    if asked is not None and _is_id(asked) is None:
        raise ValidationFailed(problem="query")
    return asked


def _merged(fields: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """Add what does not come from the body; raises `ValidationFailed` for a body that says it, too."""
    if fields.keys() & others.keys():
        raise ValidationFailed(problem="body")
    return fields | others
