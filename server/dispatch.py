"""From a command's name and JSON to its ack: role, rate limit, validation, one attempt after another until the
write is in, errors.

Everything that commands share is here, so that a command is only its use case. Whatever happens, there is exactly
one answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import structlog

from handlers.context import Context, Draws, Numbers, Online, Reply, Texting, Vault
from handlers.registry import FLOOR, UNLIMITED, Asked, Command, Registry
from handlers.sync import Told, in_scope, page
from models.errors import (
    Forbidden,
    Internal,
    OutcomeUnknown,
    Refusal,
    Remembered,
    Unauthenticated,
    Unavailable,
    UnknownCommand,
)
from models.principal import Guest, Principal, Role, StaffMember, the_house
from models.rules import Rules
from models.staff import Staff
from models.store.outcome import Conflict, Interrupted
from models.store.work import Store, Work
from models.text import Texts
from server.ack import refusal_text
from server.client import Client, require_allowance
from server.clock import Clock
from server.gathering import Gathering
from server.refusals import Refusals
from server.request import parsed
from server.telemetry import Metrics
from server.trying import Outcome, attempt, given, has_happened

log = structlog.get_logger(__name__)

FIRST_BACKOFF = 0.005
"""Longest wait in seconds after the first lost race; it doubles up to `LONGEST_BACKOFF` and is jittered."""

LONGEST_BACKOFF = 0.25

MOST_PROOFS = 2
"""Times that a refusal is decided on fresh reads: the last one begins after whatever tore the one before was whole."""


class Replies(Reply):
    """What several clients are answered that were heard together; None for one that is to be heard alone."""

    each: Sequence[Reply | None]


class Dispatcher:
    """Carries commands out. One for a process, shared by all doors."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        clock: Clock,
        vault: Vault,
        numbers: Numbers,
        rules: Rules,
        metrics: Metrics,
        deadline_seconds: float,
        online: Online | None = None,
        texting: Texting | None = None,
        *,
        process: str = "",
        public_url: str = "",
    ) -> None:
        self.registry = registry
        self._store = store
        self._clock = clock
        self._vault = vault
        self._numbers = numbers
        self._rules = rules
        self._metrics = metrics
        self._deadline_seconds = deadline_seconds
        self._online = online
        self._texting = texting
        self._process = process
        self._public_url = public_url
        self._texts = Texts()
        self.refusals = Refusals(store, clock, metrics)
        self._monotonic = clock.monotonic
        self._gathering: Gathering[Client] = Gathering(self._together, self._alone)

    async def run(self, client: Client, name: str, payload: str, rebind: Callable[[Principal], None]) -> str:
        """Carry out one command and return its ack; never raises but on cancellation.

        `rebind` is called when the command changed who the client is: after the commit and before the snapshot is
        read, so that nothing falls between the two.
        """
        started = self._monotonic()
        outcome = "ok"
        try:
            command = self.registry.get(client.namespace, name)
            if command is None:
                raise UnknownCommand
            self._renew(client, rebind)
            self._require_role(client, command)
            require_allowance(client, command, started)
            request = parsed(command.request_in(client.namespace), payload)
            deadline = started + self._deadline_seconds
            if command.together is None:
                reply, becomes = await self._execute(client, command, request, deadline)
            else:
                asked = Asked(client.principal, request)
                reply, becomes = await self._gathering.carry_out(client, command, asked, deadline), None
            if becomes is not None:
                rebind(becomes)
            if reply.tally is not None:
                self._metrics.tally(reply.tally)
            body = reply.text()
            text = '{"success":true,' + body[1:] if len(body) > 2 else '{"success":true}'
            if command.with_snapshot:
                text = f'{text[:-1]},"snapshot":{await self._snapshot(client, deadline)}}}'
        except Refusal as refusal:
            outcome, text = refusal.code, refusal_text(refusal, client.language)
        except Exception:
            reference = self._clock.new_id()
            outcome, text = Internal.code, refusal_text(Internal(reference=reference), client.language)
            log.exception("command failed", command=name, namespace=client.namespace, reference=reference)
        self._metrics.command(client.namespace, name, outcome, self._monotonic() - started)
        return text

    async def answer(self, client: Client, command: Command, payload: str, deadline: float | None = None) -> Reply:
        """Carry out one command that came over HTTP; raises its refusal, `Internal` for a fault. `deadline`, on the
        monotonic clock, is that of the call where some of its time has gone by.

        How often it may come is for its door to say: one connection is one request there.
        """
        started = self._monotonic()
        outcome = "ok"
        try:
            self._require_role(client, command)
            request = parsed(command.request, payload)
            return (await self._execute(client, command, request, deadline or started + self._deadline_seconds))[0]
        except Refusal as refusal:
            outcome = refusal.code
            raise
        except Exception:
            outcome, reference = Internal.code, self._clock.new_id()
            log.exception("command failed", command=command.name, namespace=client.namespace, reference=reference)
            raise Internal(reference=reference) from None
        finally:
            self._metrics.command(client.namespace, command.name, outcome, self._monotonic() - started)

    async def perform(
        self,
        house: Principal,
        act: Callable[[Context, Any], Awaitable[Reply]],
        subject: Any,
        deadline_seconds: float | None = None,
    ) -> Reply:
        """Carry out what the house itself does: a command without a client. Raises what a command raises.

        Nobody waits for it, so it may be given more time than a command has.
        """
        client = Client(namespace="", principal=house, language="en")
        command = Command(act.__name__, (), frozenset(), UNLIMITED, (), False, False, act)
        deadline = self._monotonic() + (deadline_seconds or self._deadline_seconds)
        return (await self._execute(client, command, subject, deadline))[0]

    async def _together(
        self, house: str, command: Command, asked: Sequence[Asked[Any]], deadline: float
    ) -> Sequence[Reply | None]:
        """Carry out in one transaction what clients of a house ask at the same time; an answer for each."""

        async def run(ctx: Context, _: None) -> Replies:
            return Replies.model_construct(each=await command.together(ctx, asked) if command.together else ())

        someone = the_house(house)
        client = Client(namespace="", principal=someone, language="en")
        reply, _ = await self._execute(client, replace(command, run=run, together=None), None, deadline)
        return reply.each if isinstance(reply, Replies) else ()

    async def _alone(self, client: Client, command: Command, request: Any, deadline: float) -> Reply:
        return (await self._execute(client, command, request, deadline))[0]

    def _renew(self, client: Client, rebind: Callable[[Principal], None]) -> None:
        """Give staff the roles that they have by now, as far as this process has heard: from memory."""
        principal = client.principal
        if isinstance(principal, StaffMember):
            known = self._store.cache.get(Staff, principal.staff_id)
            if known is not None and frozenset(known.roles) != principal.roles:
                rebind(principal.known_as(frozenset(known.roles), known.name))

    def _require_role(self, client: Client, command: Command) -> None:
        principal = client.principal
        if not principal.roles.isdisjoint(command.roles):
            return
        refusal = Unauthenticated() if principal.roles & {Role.STRANGER, Role.VISITOR} else Forbidden()
        if command.is_audited_in(client.namespace):
            self.refusals.note(principal, principal.restaurant_id, command.name, refusal, None)
        raise refusal

    async def _execute(
        self, client: Client, command: Command, request: Any, deadline: float
    ) -> tuple[Reply, Principal | None]:
        """Run the command until its writes are in, it refuses, or the time is up."""
        draws, backoff = Draws(self._clock), FIRST_BACKOFF
        named = request.session_id if command.is_about_session and client.namespace == FLOOR else None
        doubtful: tuple[Work, Outcome] | None = None
        proofs, basis = 0, None
        while True:
            work = self._store.begin(client.principal.restaurant_id, deadline, is_proving=proofs > 0)
            ctx = self._context(client, work, draws, named)
            try:
                outcome = await attempt(ctx, command, request)
                if isinstance(outcome, Remembered) and work.is_empty:
                    raise outcome
                try:
                    await work.commit()
                except Interrupted as trouble:
                    doubtful = (work, outcome) if trouble.is_unknown else doubtful
                    raise
                return given(outcome)
            except (Conflict, Interrupted):
                work.forget()
                self._metrics.write_conflicts.inc()
            except Refusal as refusal:
                # A write proves by its version that what it rests on was fresh. A refusal rests on memory alone, so it
                # is decided once more on fresh reads, and a last time if something changed in between: one of them may
                # be of before a change, the next of after it. And it may refuse what an attempt whose answer was lost
                # has done.
                left_a_trace = isinstance(refusal, Remembered) and not work.is_empty
                is_alone = len(work.basis) < 2 and not work.used_memory
                is_proved = is_alone or work.basis == basis or proofs == MOST_PROOFS
                is_told = is_proved or not refusal.is_about_state
                if left_a_trace or (is_told and doubtful is None):
                    # What left a trace has an entry of its own.
                    if not left_a_trace and command.is_audited_in(client.namespace):
                        self.refusals.note(client.principal, work.restaurant_id, command.name, refusal, ctx.session_id)
                    raise
                proofs, basis = proofs + 1, work.basis
            finally:
                work.close()
            pause = self._clock.jitter() * backoff
            await _sleep(pause)
            if doubtful and await has_happened(doubtful[0]):
                return given(doubtful[1])
            if self._monotonic() >= deadline:
                raise OutcomeUnknown(retry_same_key=True, retry_after=1) if doubtful else Unavailable(retry_after=1)
            backoff = min(LONGEST_BACKOFF, backoff * 2)
            draws.rewind()

    async def _snapshot(self, client: Client, deadline: float) -> str:
        """Return what the client's new rooms show, as `sync:get` would; `null` when it cannot be read in time.

        What the command did is committed by now: nothing that goes wrong here may look like its failure.
        """
        while self._monotonic() < deadline:
            work = self._store.begin(client.principal.restaurant_id, deadline)
            ctx = self._context(client, work, Draws(self._clock), None)
            try:
                newest = {one.id: one for one in await in_scope(ctx)}
                written, following = page(ctx, list(newest.values()))
                # What is larger than an answer is asked for, page by page.
                return "null" if following else Told.model_construct(written=written).text()
            except Interrupted:
                await _sleep(LONGEST_BACKOFF)
            except Refusal:
                break
            except Exception:
                log.exception("snapshot failed", namespace=client.namespace)
                break
        return "null"

    def _context(self, client: Client, work: Work, draws: Draws, session_id: str | None) -> Context:
        principal = client.principal
        return Context(
            principal=principal,
            now=self._clock.now(),
            store=work,
            ids=draws,
            vault=self._vault,
            numbers=self._numbers,
            rules=self._rules,
            texts=self._texts,
            language=client.language,
            namespace=client.namespace,
            session_id=principal.session_id if isinstance(principal, Guest) else session_id,
            online=self._online,
            texting=self._texting,
            process=self._process,
            public_url=self._public_url,
        )


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(seconds)
