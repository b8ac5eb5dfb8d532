"""The faults that a simulated phone can be told to show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong; a phone without any does all that it says."""

    dies_after_accept: int = 0
    """With each so-manieth message its app dies when `accepted` was answered, and is started again; 0: never."""
    goes_silent: int = 0
    """With each so-manieth message it hangs: its socket stays and it says nothing, until the house has cut it off, and
    `silent_seconds` more; 0: never.
    """
    repeats_acks: bool = False
    """Says everything twice."""
    reorders_acks: bool = False
    """Says `delivered` before `sent`, and `accepted` once more after both."""
    quota: int | None = None
    """Each card refuses after so many messages."""
    is_rogue: bool = False
    """Says `sent`, and sends nothing."""
    restart_seconds: float = 3.0
    silent_seconds: float = 15.0
