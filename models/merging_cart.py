"""The unsent lines of parties that are merged: into whose cart they go, and where they come back to.

A party has as many carts as its mode says, so lines change hands one by one. Each remembers in `line_homes` which cart
it came from, the last one on top. The cart of one participant goes with the participant wherever carts are personal.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.cart import BROUGHT_OPERATIONS, Cart, CartLine
from models.merging import Act
from models.session import Mode

Content = list[tuple[CartLine, tuple[str, ...]]]
"""Lines, each with the carts that it came from."""


@dataclass(frozen=True, slots=True)
class CartsMoved:
    """Carts as a merge or its end leaves them: `left` are those from which phones go away, `entered` those to which
    they come, `added` the new ones.

    All are stored above the highest version that any of them had (`above`). So a phone that names the version of the
    cart that it saw last never names that of another cart.
    """

    left: tuple[Cart, ...]
    entered: tuple[Cart, ...]
    added: tuple[Cart, ...]
    above: int


def carts_merged(act: Act, own: Sequence[Cart], theirs: Sequence[Cart], new_id: Callable[[], str]) -> CartsMoved:
    """Bring the lines of a party (`own`) to its host, whose carts are `theirs`.

    A host that shares one cart gets them all there. Where carts are personal a newcomer keeps theirs, or gets one with
    the lines that they added; the rest goes into the shared one. A running hold is let go.
    """
    is_shared = act.host.mode is Mode.FAMILY
    travelling = [cart for cart in own if cart.owner is not None and not is_shared]
    emptied = [cart for cart in own if cart not in travelling]
    shared = _shared(theirs)
    owners = {cart.owner for cart in travelling}
    added = [] if is_shared else list(_new_carts(act, owners, shared.currency, new_id))
    present = {one.id for one in act.session.participants if one.is_in}
    personal = {cart.owner: cart.id for cart in (*travelling, *added) if cart.owner in present}
    contents = {cart.id: _content(cart) for cart in (shared, *travelling, *added)}
    for cart in emptied:
        for line, homes in _content(cart):
            contents[personal.get(line.added_by.id, shared.id)].append((line, (*homes, cart.id)))

    def entered(cart: Cart) -> Cart:
        came = cart.session_id == act.session.id
        homes = (*cart.homes, act.session.id) if came else cart.homes
        return _filled(cart, contents[cart.id], emptied).with_(
            session_id=act.host.id, homes=homes, session_version=act.host.version + 1, change=act.change("merged")
        )

    return CartsMoved(
        left=tuple(
            _filled(cart, []).with_(session_version=act.session.version + 1, change=act.change("merged"))
            for cart in emptied
        ),
        entered=tuple(entered(cart) for cart in (*travelling, shared)),
        added=tuple(entered(cart) for cart in added),
        above=max(cart.version for cart in (*own, *theirs)),
    )


def carts_unmerged(act: Act, own: Sequence[Cart], theirs: Sequence[Cart]) -> CartsMoved:
    """Give a party back the lines that came with it and those that its participants have added since.

    `own` are the carts that stayed with the party, `theirs` those of its host. A running hold is let go.
    """
    returning = [cart for cart in theirs if act.belongs(cart.homes)]
    staying = [cart for cart in theirs if not act.belongs(cart.homes)]
    back = {cart.id: cart for cart in (*own, *returning)}
    contents: dict[str, Content] = {cart.id: [] for cart in (*staying, *back.values())}
    for cart in (*own, *returning, *staying):
        for line, homes in _content(cart):
            target, left = _home(act, cart, line, homes, back)
            contents[target].append((line, left))
    used = [cart for cart in staying if cart.owner is None or len(contents[cart.id]) < len(cart.lines)]

    def returned(cart: Cart) -> Cart:
        content = sorted(contents[cart.id], key=lambda one: one[0].added_at)
        homes = cart.homes[:-1] if act.belongs(cart.homes) else cart.homes
        return _filled(cart, content, (*used, *returning)).with_(
            session_id=act.session.id,
            homes=homes,
            session_version=act.session.version + 1,
            change=act.change("unmerged"),
        )

    return CartsMoved(
        left=tuple(
            _filled(cart, contents[cart.id]).with_(
                session_version=act.host.version + 1, change=act.change("party-unmerged")
            )
            for cart in used
        ),
        entered=tuple(returned(cart) for cart in back.values()),
        added=(),
        above=max(cart.version for cart in (*own, *theirs)),
    )


def _home(
    act: Act, cart: Cart, line: CartLine, homes: tuple[str, ...], back: Mapping[str, Cart]
) -> tuple[str, tuple[str, ...]]:
    """Return the cart to which a line goes when its party parts, and those that it came from before."""
    if homes and homes[-1] in back:
        return homes[-1], homes[:-1]
    is_personal = act.session.mode is Mode.INDIVIDUAL
    if cart.id in back and (is_personal or cart.owner is None):
        return cart.id, homes
    is_theirs = any(one.id == line.added_by.id and act.belongs(one.homes) for one in act.host.participants)
    if cart.id not in back and (homes or not is_theirs):
        return cart.id, homes
    owner = line.added_by.id if is_personal else None
    own = next((one for one in back.values() if one.owner == owner), None) or _shared(back.values())
    return own.id, ()


def _new_carts(act: Act, owners: Collection[str | None], currency: str, new_id: Callable[[], str]) -> Iterator[Cart]:
    """Make a cart for every participant who comes without one."""
    for one in act.session.participants:
        if one.is_in and one.id not in owners:
            yield Cart(
                id=new_id(),
                restaurant_id=act.host.restaurant_id,
                session_id=act.session.id,
                owner=one.id,
                currency=currency,
            )


def _shared(carts: Iterable[Cart]) -> Cart:
    return next(cart for cart in carts if cart.owner is None)


def _content(cart: Cart) -> Content:
    return [(line, cart.line_homes.get(line.id, ())) for line in cart.lines]


def _filled(cart: Cart, content: Content, others: Iterable[Cart] = ()) -> Cart:
    """Return a cart with other lines, which knows what was done to those carts whose phones use it from now on."""
    done = (name for other in others if other.id != cart.id for name in (*other.brought, *other.operations))
    return cart.with_(
        lines=tuple(line for line, _ in content),
        line_homes={line.id: homes for line, homes in content if homes},
        hold=None,
        brought=tuple(dict.fromkeys((*cart.brought, *done)))[-BROUGHT_OPERATIONS:],
    )
