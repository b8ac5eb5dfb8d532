"""What each of those who pay owes: the shares of a check. They add up to its total, to the last minor unit, always.

What a line costs is its part of the total (`cost_of_lines`): what it comes to after all that is taken off, its tax on
top, and its part of the service charge and of the delivery fee. A share is made of whole lines, of fractions of lines,
or of the total itself. What nobody takes is a share of its own (`REST`).

A split follows the check: a new round, a void or a discount changes the shares. Only the amounts of AMOUNTS stay as
they are, and what comes on top is in REST; where the check comes to less than they do, all of them fall in proportion.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm

from models.base import Value
from models.check import Check
from models.claim import Claim, SplitMethod, SplitPart
from models.errors import NotFound, PaymentTooLarge
from models.money import Money, apportion, least
from models.reckoning import Reckoning, reckon

REST = "rest"
"""The id of the share that is nobody's yet."""


class Share(Value):
    """What one of those who pay owes. `id` is that of the split's part, of the participant, or `rest`.

    `paid` is what was paid for it; `due` what of it is owed. What was paid for no share lowers first what is due of the
    rest, then what is due of all others in proportion: together they are what is due of the check. `payable` is what of
    that is not yet on its way for it, and never more than what can be paid of the whole check.
    """

    id: str
    name: str = ""
    participant_id: str | None = None
    amount: Money
    paid: Money
    due: Money
    payable: Money


@dataclass(slots=True)
class _Part:
    """A share in the making, in minor units."""

    id: str
    name: str
    participant_id: str | None
    amount: int = 0


def cost_of_lines(check: Check, reckoning: Reckoning | None = None) -> dict[str, int]:
    """Return what each line costs in all, by its id, in minor units: together they are the total of the check."""
    reckoning = reckoning or reckon(check)
    return {line.id: cost for line, cost in zip(reckoning.lines, _costs(reckoning), strict=True)}


def shares(check: Check, reckoning: Reckoning | None = None) -> tuple[Share, ...]:
    """Return the shares of a check; without a split those of the guests' claims.

    Who has its reckoning already gives it.
    """
    total, (method, parts) = check.total.amount, _method(check)
    if method is SplitMethod.EVEN:
        found = _even(total, parts)
    elif method is SplitMethod.AMOUNTS:
        found = _amounts(total, parts)
    elif method is SplitMethod.CLAIMS and not check.claims:
        found = []
    else:
        costs = cost_of_lines(check, reckoning)
        if method is SplitMethod.LINES:
            found = _lines(costs, parts)
        elif method is SplitMethod.PARTICIPANTS:
            found = _participants(check, costs, parts)
        else:
            found = _claims(costs, check.claims)
    rest = total - sum(one.amount for one in found)
    return _shown(check, [*found, _Part(REST, "", None, rest)] if rest else found)


def payable(check: Check, share_id: str | None) -> Money:
    """Return what can be paid now of a share, or of the whole check; raises `NotFound`."""
    if share_id is None:
        return check.payable
    for share in shares(check):
        if share.id == share_id:
            return share.payable
    raise NotFound(share_id=share_id)


def require_payable(check: Check, amount: Money, share_id: str | None) -> None:
    """Raise `PaymentTooLarge` where an amount is more than can be paid now of a check, or of a share of it."""
    left = payable(check, share_id)
    if amount.amount > left.amount:
        raise PaymentTooLarge(due=check.due.model_dump(), payable=left.model_dump())


def _method(check: Check) -> tuple[SplitMethod, Sequence[SplitPart]]:
    return (check.split.method, check.split.parts) if check.split else (SplitMethod.CLAIMS, ())


def _costs(reckoning: Reckoning) -> list[int]:
    """Return what each line costs: its net amount, then what is levied on it, then its part of the fees."""
    costs, nets = list(reckoning.nets), reckoning.nets
    service, delivery = reckoning.service, reckoning.delivery
    for taxed in reckoning.taxes:
        if not taxed.tax.is_inclusive:
            weights = [*(nets[place] for place in taxed.lines), taxed.service, taxed.delivery]
            *of_lines, of_service, of_delivery = apportion(taxed.amount, weights)
            for place, amount in zip(taxed.lines, of_lines, strict=True):
                costs[place] += amount
            service, delivery = service + of_service, delivery + of_delivery
    # What is brought for nothing is brought all the same: then the fee goes by portions.
    for fee, weights in ((service, nets), (delivery, nets if any(nets) else reckoning.portions)):
        if fee:
            costs = [cost + amount for cost, amount in zip(costs, apportion(fee, weights), strict=True)]
    return costs


def _parts(parts: Sequence[SplitPart], amounts: Sequence[int]) -> list[_Part]:
    return [_Part(part.id, part.name, part.participant_id, amount) for part, amount in zip(parts, amounts, strict=True)]


def _even(total: int, parts: Sequence[SplitPart]) -> list[_Part]:
    return _parts(parts, apportion(total, [1] * len(parts))) if parts else []


def _amounts(total: int, parts: Sequence[SplitPart]) -> list[_Part]:
    amounts = [part.amount or 0 for part in parts]
    return _parts(parts, apportion(total, amounts) if sum(amounts) > total else amounts)


def _lines(costs: Mapping[str, int], parts: Sequence[SplitPart]) -> list[_Part]:
    amounts = [0] * len(parts)
    takers: dict[str, list[int]] = defaultdict(list)
    for index, part in enumerate(parts):
        for line_id in dict.fromkeys(part.line_ids):
            takers[line_id].append(index)
    for line_id, indexes in takers.items():
        for index, amount in zip(indexes, apportion(costs.get(line_id, 0), [1] * len(indexes)), strict=True):
            amounts[index] += amount
    return _parts(parts, amounts)


def _participants(check: Check, costs: Mapping[str, int], parts: Sequence[SplitPart]) -> list[_Part]:
    """Return what each participant has added. What staff added nobody chose: those whom the parts name share it."""
    found, common = _Found(), 0
    for part in parts:
        found.of(part.participant_id or part.id, part.name)
    sharing = list(found.parts)
    for entry in check.rounds:
        for line in entry.lines:
            if line.by.kind == "GUEST":
                found.of(line.by.id, line.by.name).amount += costs[line.id]
            else:
                common += costs[line.id]
    if sharing:
        for share_id, amount in zip(sharing, apportion(common, [1] * len(sharing)), strict=True):
            found.parts[share_id].amount += amount
    return list(found.parts.values())


def _claims(costs: Mapping[str, int], claims: Sequence[Claim]) -> list[_Part]:
    """Return what each participant has claimed; of a line that others share, what is left is nobody's."""
    found = _Found()
    by_line: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        found.of(claim.by.id, claim.by.name)
        by_line[claim.line_id].append(claim)
    for line_id, of_line in by_line.items():
        whole = lcm(*(one.of for one in of_line))
        weights = [one.parts * (whole // one.of) for one in of_line]
        amounts = apportion(costs.get(line_id, 0), [*weights, whole - sum(weights)])
        for claim, amount in zip(of_line, amounts, strict=False):
            found.parts[claim.by.id].amount += amount
    return list(found.parts.values())


class _Found:
    """Participants' shares by their ids, in the order in which they were found."""

    def __init__(self) -> None:
        self.parts: dict[str, _Part] = {}

    def of(self, participant_id: str, name: str) -> _Part:
        """Return the share of a participant."""
        return self.parts.setdefault(participant_id, _Part(participant_id, name, participant_id))


def _shown(check: Check, parts: Sequence[_Part]) -> tuple[Share, ...]:
    """Return the shares with what was paid for each, what is due, and what of that can be paid now."""
    paid: dict[str | None, int] = defaultdict(int)
    for tender in check.tenders:
        paid[tender.share_id] += tender.kept.amount
    coming: dict[str | None, int] = defaultdict(int)
    for pending in check.pending:
        coming[pending.share_id] += pending.amount.amount
    return tuple(
        Share(
            id=one.id,
            name=one.name,
            participant_id=one.participant_id,
            amount=_money(check, one.amount),
            paid=_money(check, paid[one.id]),
            due=_money(check, due),
            payable=least(_money(check, max(0, due - coming[one.id])), check.payable),
        )
        for one, due in zip(parts, _dues(parts, paid), strict=True)
    )


def _dues(parts: Sequence[_Part], paid: Mapping[str | None, int]) -> list[int]:
    """Return what is due of each share, so that all of them are what is due of the check.

    What was paid for none of them, or for one beyond what it comes to, is taken off the others by what these come to,
    whatever was paid for them: who has paid what was due of a share owes nothing of it later because others pay theirs.
    """
    left = {one.id: one.amount for one in parts}
    credit = sum(amount for share_id, amount in paid.items() if share_id not in left)
    dues = dict.fromkeys(left, 0)
    while left:
        off = min(credit, left.get(REST, 0))
        if REST in left:
            left[REST] -= off
        others = [share_id for share_id in left if share_id != REST]
        weights = [left[share_id] for share_id in others]
        for share_id, less in zip(others, apportion(min(credit - off, sum(weights)), weights), strict=True):
            left[share_id] -= less
        beyond = {share_id: paid.get(share_id, 0) - amount for share_id, amount in left.items()}
        credit = sum(amount for amount in beyond.values() if amount > 0)
        if not credit:
            dues |= {share_id: -amount for share_id, amount in beyond.items()}
            break
        left = {share_id: amount for share_id, amount in left.items() if beyond[share_id] <= 0}
    return list(dues.values())


def _money(check: Check, amount: int) -> Money:
    return Money(amount=amount, currency=check.currency)
