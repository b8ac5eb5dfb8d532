"""Calls over HTTP as browsers and other programs make them: cookies kept by hand, so that a test can show any."""

import json
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
from integration.customers import Caller
from integration.house import House

SITE = "https://order.example.com"
"""The Origin that the servers of tests list."""

PREFIX = "/api/checkout"
TOKEN, CSRF, DEVICE = "comanda_checkout", "comanda_csrf", "comanda_device"


@dataclass
class Answer:
    """What came back. `cookies` are those that it sets, with their attributes in lower case."""

    status: int
    headers: Any
    body: Any
    cookies: dict[str, dict[str, str]]

    @property
    def code(self) -> str | None:
        """The code of its refusal."""
        return self.body["error"]["code"] if isinstance(self.body, dict) and "error" in self.body else None


@dataclass
class Browser:
    """Keeps cookies and sends them along, with the token for pages as its header where there is one."""

    house: House
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"Origin": SITE})

    async def call(self, method: str, path: str, body: Any = None, *, server: int = 0, **headers: str | None) -> Answer:
        """Call one of the servers; a header given as None is not sent."""
        sent: dict[str, str | None] = {"Accept-Language": "en", **self.headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if CSRF in self.cookies:
            sent["X-CSRF-Token"] = self.cookies[CSRF]
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await call(self.house, method, path, body, server=server, headers=sent)
        for name, one in answer.cookies.items():
            self.cookies[name] = one["value"]
            if one["max-age"] == "0":
                del self.cookies[name]
        return answer


async def browser_of(caller: Caller) -> Browser:
    """Return a browser that has the cookies of a customer."""
    browser = Browser(caller.house, {TOKEN: caller.token, DEVICE: "d" * 22})
    answer = await browser.call("GET", "/session")
    assert answer.status == 200, answer
    return browser


async def call(
    house: House, method: str, path: str, body: Any = None, *, server: int = 0, headers: Any = None
) -> Answer:
    """Call one server, with exactly the headers given; `body` is JSON, or bytes as they are."""
    sent = {name: value for name, value in (headers or {}).items() if value is not None}
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    if data is not None:
        sent = {"Content-Type": "application/json"} | sent
    url = house.installation.addresses[server % len(house.apps)] + PREFIX + path
    timeout = aiohttp.ClientTimeout(total=20)
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout) as session,
        session.request(method, url, data=data, headers=sent, skip_auto_headers={"Content-Type"}) as response,
    ):
        text = await response.text()
        found = SimpleCookie()
        for line in response.headers.getall("Set-Cookie", []):
            found.load(line)
        cookies = {
            name: {"value": one.value, **{key: str(value) for key, value in one.items() if value}}
            for name, one in found.items()
        }
        is_json = response.content_type == "application/json"
        return Answer(response.status, response.headers, json.loads(text) if is_json else text, cookies)


def bearer(token: str) -> dict[str, str]:
    """Return the header with which a program shows a token."""
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
