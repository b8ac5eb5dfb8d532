"""Composition: the only place that constructs things and knows who gets what. One `App` is one server process."""

import asyncio
import gc
import socket
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from aiohttp import web
from redis.asyncio import Redis

from handlers.registry import Registry
from models.base import Aggregate
from models.store import client as mongodb
from models.store.cache import Cache
from models.store.index import ensure_indexes
from models.store.lease import Lease
from models.store.ledger import Ledger
from models.store.number import Numbers
from models.store.stream import ChangeStream
from models.store.work import Store
from server import asyncapi, openapi, reference
from server.anchor import AnchorFile
from server.announcement import ServerDraining
from server.attendance import Attendance
from server.auth import Vault
from server.checkout import Checkout
from server.clock import Clock
from server.commands import COMMAND_MODULES, DUTIES, REST_MODULES
from server.config import Settings
from server.dispatch import Dispatcher
from server.duties import LEASE_SECONDS, Duties
from server.engine import Engine
from server.engine_options import engine_settings
from server.estimating import Estimating
from server.fleet import Fleet
from server.lasting import lasting
from server.listening import Listener, listen
from server.marking import Marking
from server.message_reports import MessageReports
from server.messages import Texts, open_providers, open_sender
from server.order_page import OrderPage
from server.pages import Pages
from server.payments.opening import open_provider
from server.payments.webhook import Webhooks
from server.payments.worker import Worker
from server.presence import REDIS_CONNECTION, Presence
from server.realtime import Realtime
from server.relay import Relay
from server.screens import Screens
from server.sealer import LEASE_SECONDS as SEALER_LEASE_SECONDS
from server.sealer import Sealer
from server.sealing import Safe
from server.session_copies import SessionCopies
from server.telemetry import Metrics
from server.throttle import Throttle
from server.watching import dead_processes, lost_phones
from server.web import Web

FLUSH_SECONDS = 2.0

RECONNECT_SECONDS = 5
"""Over how many seconds the clients of a process that stops are to spread their return."""

CACHED_AGGREGATES = 50_000
"""Bounds the memory of a process: about 4 KB each at the most."""


class App:
    """One server process: everything it is made of, its start and its end."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, mongo_options: dict[str, Any] | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.metrics = Metrics()
        self.process_id = self.clock.new_id()
        rules, deadline = settings.limits.rules(), float(settings.guard.command_deadline_seconds)
        is_secure = settings.public_url.startswith("https://")
        options = dict(mongo_options or {})
        counter = mongodb.CommandCounter(self.metrics.mongo_commands.inc)
        options["event_listeners"] = [counter, *options.get("event_listeners", ())]
        self.client = mongodb.connect(str(settings.mongodb.url), **options)
        self.database = self.client[settings.mongodb.database]
        self.store = Store(self.database, Cache(CACHED_AGGREGATES), self.clock.monotonic)
        self.vault = Vault(
            {key.id: key.key.get_secret_value().encode() for key in reversed(settings.secrets.peppers)},
            [key.key.get_secret_value().encode() for key in reversed(settings.secrets.token_keys)],
            Safe.of(settings.secrets, self.clock.nonce),
            self.clock.now,
        )
        self.registry = Registry(COMMAND_MODULES)
        self.redis = _redis(settings)
        self.presence = Presence(self.redis, self.clock, self.metrics, self.process_id)
        self.provider = provider = open_provider(settings.payments)
        self.bringers = bringers = open_providers(settings, self.clock)
        texting = Texts(bringers, settings.messages.test_codes)
        self.dispatcher = dispatcher = Dispatcher(
            self.registry,
            self.store,
            self.clock,
            self.vault,
            Numbers(),
            rules,
            self.metrics,
            deadline,
            provider,
            texting,
            process=self.process_id,
            public_url=settings.public_url,
        )
        self.sender = open_sender(bringers, dispatcher, self.vault, self.clock, self.metrics, self.process_id)
        self.payments = Worker(provider, dispatcher, self.clock, self.metrics) if provider else None
        self.screens = Screens(dispatcher, self.process_id)
        self.attendance = Attendance(
            dispatcher,
            self.store.cache,
            self.clock,
            self.process_id,
            float(settings.guard.phone_ping_interval_seconds),
            float(settings.guard.phone_silent_seconds),
            self.metrics.sms_phones_live.set,
        )
        self.realtime = Realtime(
            dispatcher,
            self.store,
            self.vault,
            self.clock,
            rules,
            self.metrics,
            self.presence,
            self.screens,
            self.attendance,
            is_secure=is_secure,
            deadline_seconds=deadline,
            online=provider,
        )
        self.copies = SessionCopies(self.redis, self.clock, self.metrics)
        self.checkout = Checkout(
            Registry(REST_MODULES),
            dispatcher,
            self.store,
            self.vault,
            self.clock,
            rules,
            self.metrics,
            self.copies,
            engine_settings(settings),
            Throttle(settings.guard.calls_per_minute, settings.guard.calls_burst),
            is_secure=is_secure,
            deadline_seconds=deadline,
        )
        self.order_page = OrderPage(
            self.store,
            self.clock,
            rules,
            engine_settings(settings),
            Throttle(settings.guard.calls_per_minute, settings.guard.calls_burst),
            is_secure=is_secure,
            deadline_seconds=deadline,
        )
        abreast = frozenset((path, one.name) for path, one in self.registry.all() if one.together is not None)
        figures = replace(engine_settings(settings), abreast=abreast)
        self.engine = Engine(self.realtime, figures, monotonic=self.clock.monotonic)
        self.realtime.broadcaster = self.presence.broadcaster = self.engine
        self.fleet = Fleet(
            self.sender, self.vault, self.store.cache, self.engine.members, self.process_id, self.metrics
        )
        self.relay = Relay(
            ChangeStream(self.database, self.clock.monotonic),
            self.store.cache,
            self.engine,
            self.clock,
            self.metrics,
            self.process_id,
            on_missed=self._catch_up,
            on_changed=self._notice,
        )
        lease = Lease(self.database, "duties", self.process_id, LEASE_SECONDS)
        self.marking = Marking()
        self.estimating = Estimating(rules)
        pulse = self.relay.pulse
        duties = (*DUTIES, self.marking.duty, self.estimating.duty, dead_processes(pulse), lost_phones(pulse))
        self.duties = Duties(lease, duties, self.store, dispatcher, self.clock, self.metrics, rules)
        self.marking.hurry = self.duties.hurry
        self.sealer = Sealer(
            Lease(self.database, "sealer", self.process_id, SEALER_LEASE_SECONDS),
            Ledger(self.database),
            settings.secrets.by_name("audit_keys"),
            AnchorFile(settings.anchor_file),
            self.clock,
            self.metrics,
        )
        self._runner: web.AppRunner | None = None
        self._is_draining = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, sock: socket.socket | None = None) -> int:
        """Begin to serve; returns the port. Raises `DatabaseRefused` for a database that cannot be used."""
        await mongodb.require_replica_set(self.client)
        await ensure_indexes(self.database)
        await self.relay.start()
        await self.presence.start()
        site = web.Application(client_max_size=64 * 1024)
        self.engine.attach(site)
        Web(
            self.clock,
            self.metrics,
            self._missing,
            {"/asyncapi.json": asyncapi.document, "/openapi.json": openapi.document},
            {"/docs": reference.page, "/docs/style.css": reference.style},
        ).attach(site)
        Pages(mark=self.realtime.mark, opens=self.provider.opens if self.provider else {}).attach(site)
        self.checkout.attach(site)
        self.order_page.attach(site)
        if self.provider:
            Webhooks(self.provider, self.dispatcher, self.store, self.clock, self.metrics).attach(site)
        MessageReports(self.bringers, self.dispatcher, self.clock, self.metrics).attach(site)
        # What comes compressed is refused, and must not be unpacked on its way.
        options = {"access_log": None, "handle_signals": False, "shutdown_timeout": 1, "auto_decompress": False}
        self._runner = Listener(site, self.clock, self.metrics, **options)
        await self._runner.setup()
        server = self.settings.server
        listening = sock or listen(server.host, server.port, shared=server.workers > 1)
        await web.SockSite(self._runner, listening, backlog=4096).start()
        self._keep(lasting("metrics", self._flush_always))
        self._keep(lasting("log-ins", self.realtime.following.watch))
        self._keep(lasting("screens", self.screens.watch))
        self._keep(lasting("phones", self.attendance.watch))
        self._keep(lasting("duties", self.duties.run))
        self.sealer.start()
        gc.collect()
        gc.freeze()
        return int(listening.getsockname()[1])

    async def stop(self, drain_seconds: float = 0) -> None:
        """Send the clients elsewhere, spread over the time given, then end."""
        self._is_draining = True
        draining = ServerDraining(reconnect_within=RECONNECT_SECONDS)
        self.realtime.tell_all("server:draining", draining.model_dump_json(by_alias=True))
        await self.engine.drain(drain_seconds)
        # A cancellation that meets an answer of the driver is swallowed there: it is said until nobody is left.
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=0.2)
        # Each waits for the database as long as it may: one after the other they would outlast who waits for our end.
        self.sealer.finish()
        await asyncio.gather(
            self.screens.stop(),
            self.attendance.stop(),
            self.duties.stop(),
            self.dispatcher.refusals.stop(),
            self.engine.stop(),
        )
        await self.sealer.stop()
        await self.relay.stop()
        if self.payments:
            await self.payments.stop()
        await self.sender.stop()
        await self.presence.stop()
        await self.copies.stop()
        if self._runner:
            await self._runner.cleanup()
        self.vault.close()
        if self.redis is not None:
            await self.redis.aclose()
        await mongodb.close(self.client)

    def _notice(self, aggregate: Aggregate) -> None:
        """Something was committed: what rests on it in this process follows."""
        self.realtime.following.notice(aggregate)
        self.marking.notice(aggregate)
        self.estimating.notice(aggregate)
        if self.payments:
            self.payments.hear(aggregate)
        self.sender.hear(aggregate)
        self.fleet.hear(aggregate)

    def _catch_up(self) -> None:
        """What happened is unknown: clients ask for it, and we look whether they may still be here."""
        self.marking.look_at_all()
        self.estimating.look_at_all()
        self.realtime.tell_to_catch_up()
        self._keep(self.realtime.following.look_at_all())

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _flush_always(self) -> None:
        """Let the other workers' pages show what this one counted."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            self.metrics.flush()

    async def _missing(self) -> list[str]:
        """Name what keeps this process from serving."""
        missing = ["draining"] if self._is_draining else []
        if self.relay.is_deaf:
            missing.append("change stream")
        try:
            async with asyncio.timeout(2):
                await self.client.admin.command("ping")
        except (mongodb.PyMongoError, TimeoutError):
            missing.append("database")
        return missing


def _redis(settings: Settings) -> "Redis | None":
    if not settings.redis.enabled or not settings.redis.url:
        return None
    return Redis.from_url(
        settings.redis.url,
        decode_responses=True,
        socket_connect_timeout=0.5,
        health_check_interval=15,
        socket_keepalive_options=REDIS_CONNECTION,
    )
