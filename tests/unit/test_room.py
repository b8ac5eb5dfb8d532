"""Who hears what: nobody anything of where they are not."""

from models.cart import Cart
from models.events import changed
from models.principal import Guest, Role
from models.room import TABLE, entitled


def test_who_was_led_to_another_session_hears_nothing_late_of_their_own_cart_in_the_former() -> None:
    guest = Guest(
        restaurant_id="r",
        roles=frozenset({Role.GUEST}),
        address="",
        device="",
        table_id="t",
        session_id="host",
        participant_id="ana",
        name="Ana",
    )
    former, present = (
        Cart(id=name, restaurant_id="r", session_id=name, owner="ana", currency="RON") for name in ("party", "host")
    )
    rooms = entitled(guest, TABLE)

    def is_deaf_to(cart: Cart) -> list[bool]:
        return [rooms.isdisjoint(one.rooms) for one in changed(cart) if one.namespace == TABLE]

    assert is_deaf_to(former) == [True]
    assert is_deaf_to(present) == [False]
