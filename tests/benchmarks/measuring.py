"""Run one contestant once, and say what its whole process tree took."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.contestants.job import TOLD
from benchmarks.peers import ROOT

__all__ = ["Measured", "Mock", "mock_server", "run_measured"]

# Numbers of one process without a matrix; a pool of threads would only be started and stopped.
SETTINGS = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "OPENBLAS_NUM_THREADS": "1"}
# Nobody phones home while being measured.
QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_OFFLINE_MODE": "true",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    "DEEPEVAL_TELEMETRY_OPT_OUT": "1",
    "DEEPEVAL_UPDATE_WARNING_OPT_IN": "0",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "NO_COLOR": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run of one contestant took."""

    cpu_s: float
    """User and system seconds of the process and of every child it waited for, all threads."""
    wall_s: float
    """From its start to its end."""
    peak_mb: float
    """Resident memory of the largest process, in MiB."""
    told: Mapping[str, Any]
    """Its own last line: `right`, `asked`, and what its loop took where it knows."""
    mock_busy: float
    """The share of the wall time in which the server was busy."""
    failed: str = ""
    """Why it has no numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mock:
    """The server."""

    port: int
    """On loopback."""
    delay_s: float
    """What every answer takes."""

    @property
    def url(self) -> str:
        """Return its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def stats(self) -> dict[str, float]:
        """Return how much it answered, and its processor seconds."""
        with urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=30) as reply:
            found: dict[str, float] = json.load(reply)
        return found


@contextmanager
def mock_server(delay_s: float) -> Iterator[Mock]:
    """Run the server in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("mock.py")), "--delay", str(delay_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Mock(port=int(process.stdout.readline()), delay_s=delay_s)
        finally:
            process.kill()


def run_measured(command: Sequence[str], folder: Path, mock: Mock, *, settings: Mapping[str, str], timeout_s: float) -> Measured:
    """Run a command in a folder of its own, and return what it took; one that fails or takes too long says why."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "output.log"
    environment = {**os.environ, **SETTINGS, **QUIET, **settings}
    before = mock.stats()
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        late = threading.Event()

        def give_up() -> None:
            late.set()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(timeout_s, give_up)
        timer.start()
        # What the tree took is told when it's waited for, and by nothing else.
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            # Whoever stops the benchmarks leaves nobody running.
            give_up()
            raise
        finally:
            timer.cancel()
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    after = mock.stats()
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = [line for line in text.splitlines() if line.startswith(TOLD)]
    failed = ""
    if late.is_set():
        failed = f"not done in {timeout_s:.0f} s"
    elif process.returncode or not lines:
        failed = f"exit {process.returncode}: {(text.strip().splitlines() or ['no word'])[-1][:160]}"
    return Measured(
        cpu_s=used.ru_utime + used.ru_stime,
        wall_s=wall,
        # Kilobytes on Linux, bytes on a Mac.
        peak_mb=used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
        told=json.loads(lines[-1].removeprefix(TOLD)) if lines and not failed else {},
        mock_busy=(after["cpu_s"] - before["cpu_s"]) / wall,
        failed=failed,
    )
