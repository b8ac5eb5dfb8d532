"""What the driver's errors mean for a unit of work: a lost race, surely nothing written, or an unknown outcome."""

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

CONNECTION_LOST = (ConnectionFailure, ExecutionTimeout, WaitQueueTimeoutError)

WRITE_CONFLICT = 112
"""Another transaction has written the same document and may not have committed yet."""

LOST_RACE = {WRITE_CONFLICT, 11000}
"""WriteConflict and DuplicateKey: another writer was first."""


class Conflict(Exception):  # noqa: N818
    """Another writer was first: forget what was read and run the command again."""


class Interrupted(Exception):  # noqa: N818
    """The database did not answer in time. `is_unknown`: a write may have happened."""

    def __init__(self, is_unknown: bool) -> None:
        super().__init__("unknown outcome" if is_unknown else "nothing was written")
        self.is_unknown = is_unknown


def judged(error: PyMongoError, *, may_have_written: bool) -> Exception:
    """Tell a lost race from a lost database, and whether something may have been written."""
    if isinstance(error, BulkWriteError) and {one["code"] for one in error.details["writeErrors"]} <= LOST_RACE:
        return Conflict()
    if isinstance(error, OperationFailure) and error.code in LOST_RACE:
        return Conflict()
    if isinstance(error, (ServerSelectionTimeoutError, WaitQueueTimeoutError)):
        return Interrupted(is_unknown=False)
    is_commit = error.has_error_label("UnknownTransactionCommitResult")
    if error.has_error_label("TransientTransactionError") and not is_commit:
        return Interrupted(is_unknown=False)
    if is_commit or error.has_error_label("RetryableWriteError") or error.timeout or isinstance(error, CONNECTION_LOST):
        return Interrupted(is_unknown=may_have_written)
    return error
