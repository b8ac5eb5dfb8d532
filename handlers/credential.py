"""Proving a person by name and PIN, and counting wrong tries at a name: in the same steps whether there is such a
person or not.

The count is kept in MongoDB, so it holds without Redis and over all processes. It is read once and written by every
try that was looked at, right or wrong: a process that has not heard of a failure yet loses the race and looks again.
"""

from datetime import timedelta

from handlers.context import Context
from models.errors import LoginLocked, seconds_until
from models.pin import AttemptLimit, Failures, KeyedHash, matches
from models.staff import STAFF_PIN_PURPOSE, Staff, pin_scope

NO_PIN = KeyedHash(key="", digest="")
"""What nobody's PIN is: checking the PIN of an unknown name takes the same steps as checking a known one."""


async def tries_at(ctx: Context, login: str) -> AttemptLimit:
    """Return the count of wrong tries at a name, to be given to `failed` or `succeeded`; raises `LoginLocked`.

    One try at a name is checked after the other. Its lock is taken after a session's, never before it, so that nobody
    waits in a circle.
    """
    scope = f"login:{login}"
    try:
        await ctx.store.lock(f"{scope}@{ctx.store.restaurant_id}")
    except TimeoutError as error:
        raise LoginLocked(retry_after=1) from error
    tries = await count_of(ctx, scope)
    until = tries.failures.locked_until(ctx.rules.login_failures, _window(ctx), ctx.now)
    if until is not None:
        raise LoginLocked(retry_after=seconds_until(until, ctx.now))
    return tries


def failed(ctx: Context, tries: AttemptLimit) -> AttemptLimit:
    """Stage a wrong try; the wait that follows it grows."""
    return _store(ctx, tries.failed(_window(ctx), ctx.now, longest_wait=ctx.rules.login_longest_wait))


def succeeded(ctx: Context, tries: AttemptLimit) -> AttemptLimit:
    """Stage a right try: the wrong ones before it count no more."""
    return _store(ctx, tries.with_(failures=Failures(), expires_at=ctx.now + _window(ctx)))


async def count_of(ctx: Context, scope: str) -> AttemptLimit:
    """Return the count of a scope of this house; a new one is not stored yet."""
    for known in await ctx.store.members(AttemptLimit, "scope", scope):
        return known
    return AttemptLimit(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id, scope=scope)


def is_pin(ctx: Context, staff: Staff | None, pin: str) -> bool:
    """Whether a PIN is a person's own."""
    stored = (staff.pin if staff else None) or NO_PIN
    return matches(stored, pin_hash(ctx, staff.id if staff else "", pin, stored.key))


def pin_hash(ctx: Context, staff_id: str, pin: str, key: str | None = None) -> KeyedHash:
    """Hash a PIN for one person of the house, under the newest pepper or under the named one."""
    return ctx.vault.keyed_hash(STAFF_PIN_PURPOSE, pin_scope(ctx.store.restaurant_id, staff_id), pin, key)


def _window(ctx: Context) -> timedelta:
    return timedelta(seconds=ctx.rules.login_window)


def _store(ctx: Context, tries: AttemptLimit) -> AttemptLimit:
    return ctx.store.save(tries) if tries.version else ctx.store.add(tries)
