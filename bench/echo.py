"""Two commands that store nothing, declared as all commands are: they show what the way to a command and back costs."""

from pydantic import Field

from handlers.context import Context, Done, Reply
from handlers.registry import TABLE, Limit, command
from models.base import Id, Note, OperationId, Request
from models.principal import GUEST

UNLIMITED = Limit(1_000_000_000, per=1)


class Line(Request):
    """What a `cart:add` carries."""

    item_id: Id
    quantity: int = Field(ge=1, le=99)
    modifiers: tuple[Id, ...] = Field(max_length=30)
    note: Note
    op_id: OperationId


class EchoReply(Reply):
    """A part of what was asked."""

    item_id: str
    quantity: int
    note: str


@command("echo:send", on=(TABLE,), roles=GUEST, limit=UNLIMITED)
async def echo(ctx: Context, request: Line) -> EchoReply:
    """Answer with what was asked."""
    return EchoReply(item_id=request.item_id, quantity=request.quantity, note=request.note)


@command("room:tell", on=(TABLE,), roles=GUEST, limit=UNLIMITED)
async def tell(ctx: Context, request: Line) -> Done:
    """Answer only; the door of the bench tells the room."""
    return Done()
