"""The receipt of a check, as text for a printer or as a page of HTML, in the customer's language."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Id, Request
from models.check import Check, named
from models.dish import LanguageCode
from models.errors import OrderInProgress, SessionMerged
from models.house import Restaurant
from models.principal import GUEST, SERVICE
from models.receipt import receipt
from models.receipt_html import receipt_html
from models.receipt_number import ReceiptCounter
from models.receipt_text import receipt_text


class ReceiptFormat(StrEnum):
    """TEXT: lines of at most 42 columns. HTML: one page that loads nothing and runs nothing."""

    TEXT = "TEXT"
    HTML = "HTML"


class GetReceipt(Request):
    """`check_id` is needed only for a check of a merged party. With `share_id` it says what of it that share pays.

    Without `language` it is in that of the connection.
    """

    check_id: Id | None = None
    share_id: Id | None = None
    language: LanguageCode | None = None
    format: Annotated[ReceiptFormat, Field(strict=False)] = ReceiptFormat.TEXT


class ReceiptReply(Reply):
    """The receipt. It is a bill as long as something is owed (`is_paid` is false): the number is the same. A check that
    nothing is on has none.
    """

    check_id: str
    number: int | None
    number_date: str | None
    is_paid: bool
    language: str
    format: ReceiptFormat
    content: str


@command(
    "receipt:get",
    on=(TABLE, FLOOR),
    roles=GUEST | SERVICE,
    limit=Limit(10, per=10),
    errors=(OrderInProgress, SessionMerged),
    about_session=True,
)
async def get_receipt(ctx: Context, request: GetReceipt) -> ReceiptReply:
    """Print a check: what is to be paid, or what was paid. The first time, it gets its number of the business day."""
    session, checks = await access.session_with_checks(ctx)
    check, house = named(checks, request.check_id), await access.restaurant(ctx)
    if check.number is None and check.rounds:
        check = await _numbered(ctx, check, house)
    language = request.language or ctx.language
    shown = receipt(check, house, session.table_name, language, ctx.now, request.share_id)
    return ReceiptReply.model_construct(
        check_id=check.id,
        number=check.number,
        number_date=check.number_date,
        is_paid=shown.is_paid,
        language=shown.language,
        format=request.format,
        content=receipt_html(shown) if request.format is ReceiptFormat.HTML else receipt_text(shown),
    )


async def _numbered(ctx: Context, check: Check, house: Restaurant) -> Check:
    """Give a check the next number of the business day, in one transaction with the counter."""
    date = house.business_date(ctx.now)
    await access.lock(ctx, f"receipts:{house.id}")
    found = await ctx.store.every(ReceiptCounter, restaurant_id=house.id, date=date)
    counter = found[0] if found else ReceiptCounter(id=ctx.ids.new_id(), restaurant_id=house.id, date=date)
    counted = counter.with_(last=counter.last + 1)
    if found:
        ctx.store.save(counted)
    else:
        ctx.store.add(counted)
    ctx.record(
        "receipt-numbered", session_id=check.session_id, subject=check.id, number=counted.last, date=counted.date
    )
    return ctx.store.save(check.numbered(counted.last, date, ctx.principal.actor, ctx.now))
