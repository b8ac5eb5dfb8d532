"""A client without manners: raw HTTP and raw WebSocket frames over a TCP connection, so that nothing polishes them."""

import asyncio
import json
import os
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

DEADLINE = 8.0

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def encode_frame(payload: bytes, opcode: int = TEXT, *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """Return one WebSocket frame as a client sends it."""
    first = bytes([(fin << 7) | (rsv << 4) | opcode])
    bit = 0x80 if masked else 0
    if len(payload) < 126:
        header = first + bytes([bit | len(payload)])
    elif len(payload) < 65536:
        header = first + bytes([bit | 126]) + struct.pack("!H", len(payload))
    else:
        header = first + bytes([bit | 127]) + struct.pack("!Q", len(payload))
    if not masked:
        return header + payload
    mask = os.urandom(4)
    return header + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


@dataclass
class Answer:
    """An HTTP answer's head, and its body when it has a length."""

    status: int
    headers: list[tuple[str, str]]
    body: str = ""

    def header(self, name: str) -> str | None:
        """Return the first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class RawClient:
    """One TCP connection to the engine."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answer: Answer = field(default_factory=lambda: Answer(0, []))

    @classmethod
    async def dial(cls, port: int) -> Self:
        """Connect and say nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        client = cls(reader, writer)
        _dialled.append(client)
        return client

    @classmethod
    async def upgrade(
        cls,
        port: int,
        *headers: tuple[str, str],
        query: str = "EIO=4&transport=websocket",
        replace: dict[str, str] | None = None,
        early: bytes = b"",
    ) -> Self:
        """Ask for a WebSocket; `replace` changes the usual headers, `early` is sent with the request."""
        client = await cls.dial(port)
        usual = {
            "Host": f"127.0.0.1:{port}",
            "Connection": "keep-alive, Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        }
        lines = [f"{key}: {value}" for key, value in [*(usual | (replace or {})).items(), *headers] if value]
        request = f"GET /socket.io/?{query} HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n"
        client.writer.write(request.encode() + early)
        await client.read_answer()
        return client

    async def read_answer(self) -> None:
        """Read the head of the answer, and a body of known length."""
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), DEADLINE)).decode()
        status, *lines = head.strip().split("\r\n")
        headers = [(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines)]
        self.answer = Answer(int(status.split()[1]), headers)
        length = int(self.answer.header("Content-Length") or 0)
        self.answer.body = (await asyncio.wait_for(self.reader.readexactly(length), DEADLINE)).decode()

    def write(self, data: bytes) -> None:
        """Send bytes, unless the engine has already hung up."""
        if not self.writer.is_closing():
            self.writer.write(data)

    def send(self, text: str) -> None:
        """Send one text frame."""
        self.write(encode_frame(text.encode(errors="surrogatepass")))

    def send_frame(self, payload: bytes, opcode: int = TEXT, **options: Any) -> None:
        """Send one frame of any kind."""
        self.write(encode_frame(payload, opcode, **options))

    async def frame(self) -> tuple[int, bytes]:
        """Return the next frame's opcode and payload; raises EOFError or ConnectionError at the end."""
        return await asyncio.wait_for(self._frame(), DEADLINE)

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)

    async def text(self) -> str:
        """Return the next text packet; raises AssertionError for any other frame."""
        opcode, payload = await self.frame()
        assert opcode == TEXT, (opcode, payload)
        return payload.decode()

    async def enter(self, namespace: str = "/table", auth: str = "{}") -> str:
        """Connect to a namespace and return the answer; the OPEN packet must still be unread."""
        assert (await self.text()).startswith("0{")
        return await self.join(namespace, auth)

    async def join(self, namespace: str, auth: str = "{}") -> str:
        """Connect to one more namespace and return the answer."""
        self.send(f"40{namespace},{auth}")
        return await self.text()

    async def ask(self, name: str, payload: str = "{}", *, ack: int = 1, namespace: str = "/table") -> Any:
        """Send a command and return its ack, which must be the next packet."""
        self.send(f'42{namespace},{ack}["{name}",{payload}]')
        return self.ack_of(await self.text(), ack, namespace)

    @staticmethod
    def ack_of(text: str, ack: int, namespace: str = "/table") -> Any:
        """Return what an ack packet carries."""
        prefix = f"43{namespace},{ack}["
        assert text.startswith(prefix), text
        (value,) = json.loads(text[len(prefix) - 1 :])
        return value

    async def rest(self) -> list[tuple[int, bytes]]:
        """Return all frames until the connection ends."""
        frames = []
        try:
            while True:
                frames.append(await self.frame())
        except (EOFError, ConnectionError):
            return frames

    async def close_code(self) -> int | None:
        """Wait for the end; return the code of the CLOSE frame, None if there was none."""
        code = None
        for opcode, payload in await self.rest():
            if opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0]
        return code


_dialled: list[RawClient] = []


async def hang_up() -> None:
    """Close every connection that was dialled, so that none outlives its test."""
    while _dialled:
        writer = _dialled.pop().writer
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def until(condition: Any, what: str) -> None:
    """Wait until a condition holds; fails with `what` after the deadline."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE
    while not condition():
        assert loop.time() < end, f"never happened: {what}"
        await asyncio.sleep(0.005)


def code_of(ack: Any) -> str:
    """Return the error code of a refused command."""
    assert ack["success"] is False
    return str(ack["error"]["code"])
