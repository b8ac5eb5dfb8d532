"""What operators see: structured logs, masked from the first line, and Prometheus metrics.

Logs of libraries go the same way as our own, tracebacks included. Metrics never take a label from what a client sent.
With several workers the metrics of all of them are added up (PROMETHEUS_MULTIPROC_DIR, set by `server.workers`).
"""

import logging
import os
import sys
from bisect import bisect_left
from types import TracebackType
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from structlog.typing import Processor

from server.masking import mask_event
from server.options import Log

# At these levels the libraries say what went wrong; below them they would say what was in the packets and documents.
_QUIET = {
    "aiohttp.access": "WARNING",
    "asyncio": "WARNING",
    "engineio": "WARNING",
    "pymongo": "WARNING",
    "server.engine.hub": "WARNING",
    "socketio": "WARNING",
    "stripe": "WARNING",
}

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_LABEL_SETS = 2_000
"""Far above what the registry of commands can produce: a mistake in the code above must not fill the memory."""


def set_up_logging(options: Log, *, stream: Any = None) -> None:
    """Send every log entry of this process, masked, to `stream` (default: standard error); call it before all else."""
    stream = stream or sys.stderr
    is_json = options.format == "json" or (options.format == "auto" and not stream.isatty())
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask_event, renderer],
        )
    )
    level = options.level.upper()
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_the_end


def _log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Python itself would print an exception that nobody caught, and whatever stands in its text."""
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("comanda").critical("ended by an exception", exc_info=(kind, error, trace))


class _Tally:
    """What one command did since the last flush. Three additions cost a tenth of what the library's counters cost."""

    __slots__ = ("buckets", "outcomes", "seconds")

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}
        self.buckets = [0] * (len(_SECONDS) + 1)
        self.seconds = 0.0


class Metrics:
    """The counters of one server process. Label values come from our own lists, never from a client."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._commands = Counter(
            "comanda_commands_total",
            "Commands by outcome: ok or the error code.",
            ("namespace", "name", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "comanda_command_seconds",
            "Time from a command to its ack.",
            ("namespace", "name"),
            registry=registry,
            buckets=_SECONDS,
        )
        self._refused = Counter(
            "comanda_refused_total", "What the guard refused or cut off.", ("what",), registry=registry
        )
        self._sockets = Gauge(
            "comanda_sockets", "Live connections.", ("namespace",), registry=registry, multiprocess_mode="livesum"
        )
        self._messages = Counter(
            "comanda_messages_total", "Messages, counted once each.", ("event",), registry=registry
        )
        self.deliveries = Counter("comanda_deliveries_total", "Messages, counted per client.", registry=registry)
        self.stream_lag = Gauge(
            "comanda_stream_lag_seconds",
            "From a commit to its arrival here.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self.stream_restarts = Counter(
            "comanda_stream_restarts_total", "Restarts of the change stream.", registry=registry
        )
        self.write_conflicts = Counter(
            "comanda_write_conflicts_total", "Commands run again after a conflict.", registry=registry
        )
        self.mongo_commands = Counter("comanda_mongo_commands_total", "Commands sent to MongoDB.", registry=registry)
        self.redis_errors = Counter(
            "comanda_redis_errors_total", "Calls to Redis that failed or were too slow.", registry=registry
        )
        self.audit_sealed = Counter(
            "comanda_audit_sealed_total", "Audit entries that got their place in the chain.", registry=registry
        )
        self.audit_unsealed = Gauge(
            "comanda_audit_unsealed_seconds",
            "Age of the oldest audit entry that the sealer found without a seal.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self.audit_anchors = Counter(
            "comanda_audit_anchors_total", "Heads of audit chains written to the anchor file.", registry=registry
        )
        self._audit_refusals = Counter(
            "comanda_audit_refusals_total",
            "Refused attempts by what became of their audit entry: recorded, skipped (too many), lost.",
            ("what",),
            registry=registry,
        )
        self._provider = Counter(
            "comanda_payment_requests_total",
            "Requests to the provider of payments by what became of them.",
            ("step", "outcome"),
            registry=registry,
        )
        self._text_messages = Counter(
            "comanda_text_messages_total",
            "Messages to phones that were handed over, by kind and outcome.",
            ("kind", "outcome"),
            registry=registry,
        )
        self._message_reports = Counter(
            "comanda_message_reports_total",
            "What providers told of messages to phones: taken, ignored, forged, unreadable, postponed.",
            ("provider", "outcome"),
            registry=registry,
        )
        self._late_acks = Counter(
            "comanda_sms_late_acks_total",
            "What SMS phones said of messages that were not theirs any more: counted, not believed.",
            registry=registry,
        )
        self.sms_phones_live = Gauge(
            "comanda_sms_phones_live",
            "Registered sockets of SMS phones.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._webhooks = Counter(
            "comanda_payment_webhooks_total",
            "Messages of the provider of payments: taken, ignored, forged, unreadable, postponed, refused.",
            ("outcome",),
            registry=registry,
        )
        self._children: dict[tuple[str, ...], Any] = {}
        self._tallies: dict[tuple[str, str], _Tally] = {}

    def command(self, namespace: str, name: str, outcome: str, seconds: float) -> None:
        """Count one command that was answered; `name` must be a registered one and `outcome` "ok" or an error code."""
        tally = self._tallies.get((namespace, name))
        if tally is None:
            tally = self._tallies[namespace, name] = _Tally()
        tally.outcomes[outcome] = tally.outcomes.get(outcome, 0) + 1
        tally.buckets[bisect_left(_SECONDS, seconds)] += 1
        tally.seconds += seconds

    def flush(self) -> None:
        """Hand over what was tallied since the last time; with several workers this must be done now and then."""
        for (namespace, name), tally in self._tallies.items():
            for outcome, amount in tally.outcomes.items():
                self._child(self._commands, namespace, name, outcome).inc(amount)
            histogram = self._child(self._seconds, namespace, name)
            for bucket, amount in zip(histogram._buckets, tally.buckets, strict=True):  # noqa: SLF001
                bucket.inc(amount)
            histogram._sum.inc(tally.seconds)  # noqa: SLF001
        self._tallies.clear()

    def refused(self, what: str, amount: int = 1) -> None:
        """Count what the guard refused."""
        self._child(self._refused, what).inc(amount)

    def tally(self, what: str) -> None:
        """Count an answer that says so (`handlers.context.Reply.tally`)."""
        if what == "late":
            self._late_acks.inc()

    def audit_refusal(self, what: str) -> None:
        """Count what became of the audit entry of a refused attempt."""
        self._child(self._audit_refusals, what).inc()

    def provider(self, step: str, outcome: str) -> None:
        """Count a request to the provider of payments."""
        self._child(self._provider, step, outcome).inc()

    def text_message(self, kind: str, outcome: str) -> None:
        """Count a message to a phone that was handed over: CODE or NOTICE, and how far it came."""
        self._child(self._text_messages, kind, outcome).inc()

    def message_report(self, provider: str, outcome: str) -> None:
        """Count what a provider told of a message to a phone."""
        self._child(self._message_reports, provider, outcome).inc()

    def webhook(self, outcome: str) -> None:
        """Count a message of the provider of payments."""
        self._child(self._webhooks, outcome).inc()

    def sockets(self, namespace: str, change: int) -> None:
        """Count a connection that came (1) or went (-1)."""
        self._child(self._sockets, namespace).inc(change)

    def message(self, event: str, deliveries: int) -> None:
        """Count one message and the clients that it went to."""
        self._child(self._messages, event).inc()
        self.deliveries.inc(deliveries)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format, of all workers where there are several."""
        self.flush()
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def _child(self, metric: Counter | Gauge | Histogram, *labels: str) -> Any:
        """Finding a child through `labels()` costs more than counting does."""
        key = (metric._name, *labels)  # noqa: SLF001
        child = self._children.get(key)
        if child is None:
            known = labels if len(self._children) < _LABEL_SETS else tuple("other" for _ in labels)
            child = self._children[key] = metric.labels(*known)
        return child
