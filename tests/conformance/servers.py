"""Mock servers other people wrote, started on loopback ports: LLMock (PyPI, MIT) and aimock (npm, MIT)."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LLMOCK_VERSION, AIMOCK_VERSION = "0.2.2", "1.43.0"
HOME = Path(os.environ.get("BENCH_CONFORMANCE") or Path.home() / ".cache" / "benchharness" / "conformance")
LLMOCK = HOME / f"llmock-{LLMOCK_VERSION}" / "bin" / "llmock"
AIMOCK = HOME / f"aimock-{AIMOCK_VERSION}"
AIMOCK_COMMAND = AIMOCK / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
PATIENCE_S = 30.0
FIXTURES = {
    "fixtures": [
        {
            "match": {"userMessage": "positive or negative"},
            "response": {"content": '{"label":"positive"}', "usage": {"prompt_tokens": 812, "completion_tokens": 7, "total_tokens": 819}},
        },
        {"match": {}, "response": {"content": "fallback"}},
    ]
}


def absent(name: str) -> str:
    """Return why a server, `LLMock` or `aimock`, can't be started; empty when it can."""
    there = LLMOCK.is_file() if name == "LLMock" else AIMOCK_COMMAND.is_file() and shutil.which("node") is not None
    return "" if there else f"{name} isn't installed: run `PYTHONPATH=tests python -m conformance.install`"


@contextmanager
def llmock() -> Iterator[str]:
    """Yield the address of a running LLMock."""
    port = _free_port()
    with _running([str(LLMOCK), "serve", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"], port, "/health") as url:
        yield url


@contextmanager
def aimock(folder: Path) -> Iterator[str]:
    """Yield the address of a running aimock."""
    port = _free_port()
    fixtures = folder / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES), encoding="utf-8")
    command = ["node", str(AIMOCK_COMMAND), "-h", "127.0.0.1", "-p", str(port), "-f", str(fixtures), "--log-level", "silent"]
    with _running(command, port, "/health") as url:
        yield url


def tell(url: str, body: Any = None, *, method: str = "POST") -> Any:
    """Send JSON to a server's own controls and return what it says."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310 - loopback
        text = reply.read()
    return json.loads(text) if text else None


@contextmanager
def _running(command: list[str], port: int, health: str) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE_S
        while not _answers(url + health):
            assert process.poll() is None, f"{command[0]} ended by itself"
            assert time.monotonic() < until, f"{command[0]} doesn't answer"
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
