"""The duty that fires a course when the one before is served: see `models.coursing` for the rule.

It asks the database each second and keeps nothing. So it does not matter what made a course complete, nor through which
process, and one that is killed leaves nothing undone.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.coursing import fire_due
from models.store.coursing import parties_to_fire
from models.store.work import Work
from server.duties import Due, Duty

SECONDS = 1.0


async def find_due(work: Work, now: datetime) -> Sequence[Due]:
    """Find parties of which a course is to be fired."""
    return [Due(house, session_id) for house, session_id in await parties_to_fire(work)]


PACING = Duty("pace-courses", SECONDS, find_due, fire_due)
