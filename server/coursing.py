"""The duty that fires a course when the one before is served, and what is for a slot when that comes near: see
`models.coursing` for the rules.

It asks the database each second and keeps nothing. So it does not matter what made a course complete, nor through which
process, and one that is killed leaves nothing undone.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.coursing import fire_due
from models.store.coursing import parties_to_fire, slots_to_fire
from models.store.work import Work
from server.duties import Due, Duty

SECONDS = 1.0


async def find_due(work: Work, now: datetime) -> Sequence[Due]:
    """Find parties of which a course is to be fired, and orders from home whose slot comes near."""
    found = [*await parties_to_fire(work), *await slots_to_fire(work, now)]
    return [Due(house, session_id) for house, session_id in dict.fromkeys(found)]


PACING = Duty("pace-courses", SECONDS, find_due, fire_due)
