"""What one sees of the demo: two phones, the kitchen's board, the floor and the log, drawn side by side; or plain lines
where there is no terminal, or too small a one. It only reads what the clients know: what is wrong there is wrong here.
"""

from collections.abc import Iterator
from statistics import median
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from server.demo_stage import Entry, Person, Stage

LEAST_WIDTH, LEAST_HEIGHT = 100, 30
PHONES = ("Ana", "Ion")
STATIONS = {"grill": "Grill", "cold": "Cold", "pizza": "Pizza", "bar": "Bar"}
LANGUAGE = "en"
STATES = {
    "NEW": ("○", "white"),
    "IN_PROGRESS": ("◐", "yellow"),
    "READY": ("●", "green"),
    "SERVED": ("✓", "dim"),
    "CANCELLED": ("✗", "red"),
}


def is_large_enough(console: Console) -> bool:
    """Whether everything can be shown side by side."""
    return console.is_terminal and console.width >= LEAST_WIDTH and console.height >= LEAST_HEIGHT


def picture(stage: Stage) -> RenderableType:
    """Draw everything."""
    layout = Layout()
    layout.split_column(Layout(_headline(stage), size=3), Layout(name="top", ratio=13), Layout(name="low", ratio=8))
    layout["top"].split_row(
        *(Layout(_phone(stage, name), ratio=5) for name in PHONES), Layout(_kitchen(stage), ratio=8)
    )
    layout["low"].split_row(Layout(_floor(stage), ratio=8), Layout(_log(stage), ratio=10))
    return layout


def line(entry: Entry) -> Text:
    """Say one thing that happened, with the time until the last screen had it."""
    took = f"{entry.millis:6.1f} ms" if entry.millis is not None else " " * 9
    text = Text.assemble((f"{entry.at:5.1f} s ", "dim"), (took, "cyan"), "  ", (f"{entry.who:<6}", "bold"))
    text.append(entry.what, "yellow" if entry.is_refusal else "")
    return text


def summary(stage: Stage) -> RenderableType:
    """Say what it all came to."""
    floor = stage.people["Mihai"].state
    orders = [order for order in floor.of("order") if order["sessionId"] in _sessions(stage)]
    tickets = list(stage.people["Radu"].state.of("ticket"))
    mine = [ticket for ticket in tickets if ticket["orderId"] in {order["id"] for order in orders}]
    times = stage.latencies
    table = Table.grid(padding=(0, 2))
    for name, value in (
        ("orders", f"{len(orders)}, each placed once"),
        ("tickets", f"{len(mine)} at {len({ticket['station'] for ticket in mine})} stations, all bumped"),
        ("messages heard", f"{sum(one.messages for one in stage.people.values())} on {len(stage.people)} screens"),
        ("act to last screen", f"median {median(times):.1f} ms, longest {max(times):.1f} ms, of {len(times)} acts"),
    ):
        table.add_row(Text(name, "dim"), value)
    return Panel(table, title="A dinner at Casa cu Nuc", border_style="green", expand=False, padding=(1, 2))


def _headline(stage: Stage) -> RenderableType:
    grid = Table.grid(expand=True)
    grid.add_column()
    grid.add_column(justify="right")
    times = stage.latencies
    speed = f"act to last screen: median {median(times):.1f} ms" if times else ""
    grid.add_row(Text.assemble(("Casa cu Nuc  ", "bold green"), (stage.scene, "bold")), Text(speed, "cyan"))
    return Panel(grid, border_style="green")


def _phone(stage: Stage, name: str) -> RenderableType:
    person = stage.people.get(name)
    if person is None:
        return Panel(Text("in a pocket", "dim"), title=f"{name}'s phone", border_style="dim")
    if person.is_away:
        return Panel(
            Group(Text("no connection", "bold red"), Text(), *_phone_lines(person)),
            title=f"{name}'s phone",
            border_style="red",
            style="dim",
        )
    return Panel(Group(*_phone_lines(person)), title=f"{name}'s phone", border_style="blue")


def _phone_lines(person: Person) -> Iterator[RenderableType]:
    session = next(person.state.of("session"), None)
    if session is None:
        yield Text("scanned the code of the table", "dim")
        return
    if session["status"] == "CLOSED":
        yield Text("La revedere! The table is closed.", "bold")
        return
    guests = ", ".join(guest["name"] for guest in session["participants"])
    was = f" (was {session['tableWas']})" if session["tableWas"] else ""
    yield Text.assemble((f"Table {session['tableName']}", "bold"), (was, "magenta"), (f"  {guests}", "dim"))
    options = _options(person)
    for cart in person.state.of("cart"):
        yield Rule(Text("our cart", "dim"), style="dim")
        yield from _cart_lines(cart, options)
    orders = sorted(person.state.of("order"), key=lambda order: int(order["number"]))
    for order in reversed(orders):
        yield Rule(Text(f"order {order['number']}", "dim"), style="dim")
        for dish in order["lines"]:
            yield _dish(dish)


def _cart_lines(cart: dict[str, Any], options: dict[str, str]) -> Iterator[RenderableType]:
    for entry in cart["lines"]:
        grid = Table.grid(expand=True)
        grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        grid.add_column(justify="right", no_wrap=True)
        dish = Text.assemble((f"{entry['quantity']} × ", "bold"), _spoken(entry["name"]))
        price = entry["unitPrice"]["amount"] * entry["quantity"]
        grid.add_row(dish, Text(f" {_amount(price)}  {entry['addedBy']['name']}", "dim"))
        yield grid
        extras = _extras([options.get(one, one) for one in entry["modifiers"]], entry["note"])
        if extras:
            yield Text(f"    {extras}", "dim italic", no_wrap=True, overflow="ellipsis")
    if not cart["lines"]:
        yield Text("empty", "dim")
    else:
        yield Text(f"{_amount(cart['total']['amount'])} {cart['total']['currency']}", "bold", justify="right")
    if cart["hold"]:
        yield Text(f"{cart['hold']['by']['name']} is checking the order …", "black on yellow")


def _kitchen(stage: Stage) -> RenderableType:
    cook = stage.people.get("Radu")
    tickets = sorted(cook.state.of("ticket"), key=lambda one: int(one["number"])) if cook else []
    grid = Table.grid(expand=True, padding=(0, 1))
    for _ in STATIONS:
        grid.add_column(ratio=1)
    columns = []
    for station, title in STATIONS.items():
        mine = [ticket for ticket in tickets if ticket["station"] == station and ticket["status"] == "OPEN"]
        header = Text(title, "bold red" if mine else "dim")
        columns.append(Group(header, *(_ticket(ticket) for ticket in mine)))
    grid.add_row(*columns)
    return Panel(grid, title="Kitchen", border_style="red")


def _ticket(ticket: dict[str, Any]) -> RenderableType:
    parts: list[RenderableType] = [
        Rule(
            Text(f"{ticket['number']} · {ticket['tableName']}", "bold"),
            style="red" if ticket["seenAt"] else "bright_red",
        )
    ]
    if ticket["tableWas"]:
        parts.append(Text(f"was {ticket['tableWas']}", "magenta"))
    for dish in ticket["lines"]:
        parts.append(_dish(dish))
        extras = _extras([_spoken(one) for one in dish["modifiers"]], dish["note"])
        if extras:
            parts.append(Text(extras, "dim italic"))
    return Group(*parts, Text())


def _floor(stage: Stage) -> RenderableType:
    waiter = stage.people.get("Mihai")
    if waiter is None:
        return Panel(Text("closed", "dim"), title="Floor", border_style="dim")
    open_at = {one["tableId"]: one for one in waiter.state.of("session") if one["status"] == "OPEN"}
    due = {check["sessionId"]: check["due"] for check in waiter.state.of("check")}
    zones: dict[str, Text] = {}
    parts: list[RenderableType] = []
    for table in sorted(waiter.state.of("table"), key=lambda one: int(one["position"])):
        row = zones.setdefault(table["zone"], Text(f"{table['zone']:<8}", "bold"))
        row.append(f" {table['name']} ", "black on green" if table["id"] in open_at else "dim")
        row.append(" ")
    parts.extend(zones.values())
    parts.append(Text())
    for session in open_at.values():
        guests = ", ".join(guest["name"] for guest in session["participants"]) or "nobody has joined yet"
        parts.append(
            Text.assemble(
                (f"{session['tableName']:<4}", "bold green"),
                (f"was {session['tableWas']}  " if session["tableWas"] else "", "magenta"),
                f"{guests}  ",
                (_owed(due.get(session["id"])), "bold"),
            )
        )
        orders = [one for one in waiter.state.of("order") if one["sessionId"] == session["id"]]
        parts.append(Text(f"    {_progress(orders)}", "dim"))
    return Panel(Group(*parts), title="Floor", border_style="green")


def _log(stage: Stage) -> RenderableType:
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True, width=9)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for entry in reversed(stage.log[-16:]):
        took = Text(f"{entry.millis:.1f} ms" if entry.millis is not None else "", "cyan")
        what = Text(entry.what, "yellow" if entry.is_refusal else "")
        grid.add_row(took, Text(entry.who, "bold"), what)
    return Panel(grid, title="What happens, and how long until the last screen has it", border_style="cyan")


def _dish(dish: dict[str, Any]) -> Text:
    sign, colour = STATES[dish["status"]]
    return Text.assemble((f"{sign} ", colour), (f"{dish['quantity']} × ", "bold"), (_spoken(dish["name"]), colour))


def _extras(modifiers: list[str], note: str) -> str:
    return ", ".join([*modifiers, f"“{note}”"] if note else modifiers)


def _progress(orders: list[dict[str, Any]]) -> str:
    states = [dish["status"] for order in orders for dish in order["lines"]]
    done = sum(state in ("READY", "SERVED") for state in states)
    return f"rounds: {len(orders)}, dishes ready: {done} of {len(states)}" if orders else "nothing ordered yet"


def _owed(due: dict[str, Any] | None) -> str:
    return f"{_amount(due['amount'])} {due['currency']}" if due and due["amount"] else ""


def _options(person: Person) -> dict[str, str]:
    groups = [group for menu in person.state.of("menu") for group in menu["modifierGroups"]]
    return {option["id"]: _spoken(option["name"]) for group in groups for option in group["options"]}


def _sessions(stage: Stage) -> set[str]:
    return {session["id"] for session in stage.people["Ana"].state.of("session")}


def _spoken(text: dict[str, str]) -> str:
    return text.get(LANGUAGE) or next(iter(text.values()), "")


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
