"""Who pays what, as a simple model: from the acknowledged claims and divisions follows what must be stored."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from stateful.ledger import require

Claims = dict[tuple[str, str], Fraction]
"""How much of a line each participant pays, by the line and the participant."""


@dataclass
class Shares:
    """What was claimed when somebody last looked, and everything acknowledged since by the versions it made."""

    claims: defaultdict[str, Claims] = field(default_factory=lambda: defaultdict(dict))
    """By the check."""
    writes: defaultdict[str, dict[int, tuple[str, str, Fraction]]] = field(default_factory=lambda: defaultdict(dict))
    divisions: dict[str, tuple[int, str | None, int]] = field(default_factory=dict)
    """Version, method and number of parts of the newest division of each check."""

    def claim(self, check: dict[str, Any], line_id: str, participant_id: str, share: Fraction) -> None:
        """Note that a participant pays for so much of a line; zero takes it back."""
        writes = self.writes[check["id"]]
        require(check["version"] not in writes, f"version {check['version']} of {check['id']} was made once")
        writes[check["version"]] = (line_id, participant_id, share)

    def divide(self, check: dict[str, Any], parts: int) -> None:
        """Note how a check was divided."""
        division = (check["version"], check["splitMethod"], parts)
        self.divisions[check["id"]] = max(division, self.divisions.get(check["id"], division), key=lambda one: one[0])

    def require_kept(self, checks: list[dict[str, Any]]) -> None:
        """Require that each check has the claims and the division that were acknowledged, and no line more than one
        whole.
        """
        for check in checks:
            stored = {(one["line_id"], one["by"]["id"]): Fraction(one["parts"], one["of"]) for one in check["claims"]}
            require(len(stored) == len(check["claims"]), f"one claim of each on a line: {check['claims']}")
            claimed: Counter[str] = Counter()
            for (line_id, _), share in stored.items():
                claimed[line_id] += share  # type: ignore[assignment]
            require(all(share <= 1 for share in claimed.values()), f"of no line more than all is claimed: {claimed}")
            known = self._claims(check)
            require(stored == known, f"check {check['_id']} has the claims that were made: {stored} {known}")
            self.claims[check["_id"]] = known
            split = check["split"] or {"method": None, "parts": ()}
            _, *division = self.divisions.get(check["_id"], (0, None, 0))
            found = [split["method"], len(split["parts"])]
            require(found == division, f"check {check['_id']} is divided as it was last: {found} {division}")
            kept, total = check["paid"]["amount"], check["total"]["amount"]
            # A service charge may go with the number of guests.
            may_fall = check["corrections"] or check["terms"]["service_charge"]
            require(kept <= total or may_fall, f"check {check['_id']} is not overpaid by paying: {kept} of {total}")

    def _claims(self, check: dict[str, Any]) -> Claims:
        """Return what must be claimed: of a line of which nothing is left to pay, nothing is."""
        claims = self.claims[check["_id"]]
        for _, (line_id, participant_id, share) in sorted(self.writes.pop(check["_id"], {}).items()):
            claims = {key: one for key, one in claims.items() if key != (line_id, participant_id)}
            claims |= {(line_id, participant_id): share} if share else {}
        left = {line["id"]: line["quantity"] for entry in check["rounds"] for line in entry["lines"]}
        for one in check["corrections"]:
            if one["line_id"]:
                left[one["line_id"]] -= one["quantity"]
        return {key: share for key, share in claims.items() if left[key[0]]}
