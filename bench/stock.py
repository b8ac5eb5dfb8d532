"""python-socketio as it comes, with the events of the other echo servers: a peer on request (`--stock`).

Shows what the engine gains over the library that it extends, and proves the load client without the engine.
"""

import sys
from typing import Any

import socketio
import uvloop
from aiohttp import web

Answer = dict[str, Any]


def application() -> web.Application:
    """Return the stock server: WebSocket only, without compression, as the others are measured."""
    server = socketio.AsyncServer(
        async_mode="aiohttp",
        transports=["websocket"],
        http_compression=False,
        websocket_compression=False,
        ping_interval=15,
        ping_timeout=10,
    )
    rooms: dict[str, str] = {}

    async def connect(sid: str, environ: Answer, auth: Answer) -> None:
        rooms[sid] = auth["rooms"][0]
        for room in auth["rooms"]:
            await server.enter_room(sid, room, namespace="/table")

    async def disconnect(sid: str, reason: str) -> None:
        rooms.pop(sid, None)

    async def echo(sid: str, request: Answer) -> Answer:
        return {"success": True, **{name: request[name] for name in ("itemId", "quantity", "note")}}

    async def tell(sid: str, request: Answer) -> Answer:
        await server.emit("room:told", request, room=rooms[sid], namespace="/table")
        return {"success": True}

    for name, run in {"connect": connect, "disconnect": disconnect, "echo:send": echo, "room:tell": tell}.items():
        server.on(name, run, namespace="/table")
    app = web.Application()
    server.attach(app)
    return app


if __name__ == "__main__":
    uvloop.install()
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
