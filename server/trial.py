"""A whole server for a short while, in a temporary folder: for the demo, which must not touch anybody's data."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.daemon import StartFailed, free_port

_ATTEMPTS = 600
_PAUSE_SECONDS = 0.05


@contextmanager
def server_for_a_while() -> Iterator[str]:
    """Start a server with the demonstration house, yield its address, and stop it; raise `StartFailed`."""
    with tempfile.TemporaryDirectory(prefix="comanda-trial-") as folder:
        port = free_port()
        output = Path(folder) / "server.log"
        environment = _environment(Path(folder), port)
        with output.open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "server", "serve"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, server, output)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Return an environment in which no configuration of this machine counts: a demo touches nobody's data."""
    nothing = folder / "config.yaml"
    nothing.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMANDA_")}
    return kept | {
        "COMANDA_CONFIG": str(nothing),
        "COMANDA_DATA_DIR": f"{folder}/data",
        "COMANDA_SERVER__PORT": str(port),
        "COMANDA_LOG__LEVEL": "warning",
    }


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], output: Path) -> None:
    for _ in range(_ATTEMPTS):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310  (our own address)
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(_PAUSE_SECONDS)
    raise StartFailed(f"The server for the demo does not start: {output.read_text(errors='replace').strip()[-500:]}")
