"""Simulators of providers as processes of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

FOLDER = Path(__file__).parents[1]


@asynccontextmanager
async def running(program: str) -> AsyncIterator[str]:
    """Have a simulator while the context lasts, and its address. It ends when its standard input does, so none is left
    behind.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        program,
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    address = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    try:
        yield address
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()
