"""The cookies that the server sets: how each is written, and how long it stays.

Over https their names begin with `__Host-`, so that no other host can set them, and under another name nothing counts.
"""

COOKIE_DAYS = 400
"""How long a browser keeps its device cookie: as long as browsers keep any."""


def device_cookie(*, is_secure: bool) -> str:
    """Return the name of the cookie that says which browser it is."""
    return "__Host-comanda_device" if is_secure else "comanda_device"


def csrf_cookie(*, is_secure: bool) -> str:
    """Return the name of the cookie whose value pages send back as the header `X-CSRF-Token`."""
    return "__Host-comanda_csrf" if is_secure else "comanda_csrf"


def set_cookie(name: str, value: str, seconds: int, *, is_secure: bool, is_for_scripts: bool = False) -> str:
    """Return the value of a Set-Cookie header; zero seconds take the cookie away."""
    hidden = "" if is_for_scripts else "; HttpOnly"
    secure = "; Secure" if is_secure else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}{hidden}; SameSite=Lax{secure}"
