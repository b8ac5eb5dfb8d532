"""What comes instead of a result."""

from typing import Any


class Refused(Exception):  # noqa: N818
    """A command was refused: `code` is for programs, `str()` for people, `details` has the numbers."""

    def __init__(self, code: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.details = details

    @classmethod
    def of(cls, error: dict[str, Any]) -> "Refused":
        """Make one from the error object on the wire."""
        return cls(str(error.get("code", "INTERNAL")), str(error.get("message", "")), dict(error.get("details") or {}))


class Unreachable(Exception):  # noqa: N818
    """No server answered in time; what was asked may or may not have happened."""
