"""Our own `bench run`, whole and unchanged; the asking within it is timed on its way in and out."""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, read_job, tell
from benchmarks.task import SYSTEM

SUITE = """name: tickets
golden_set: {{path: {golden}}}
prompts:
  plain: {{system: "{system}", user: "{{{{ input }}}}"}}
candidates:
  - {{name: mock, {asked}, prompts: [plain], parameters: {{max_tokens: {tokens}}}}}
scorers: [{{type: exact}}]
decision: {{accuracy_target: 0.9}}
limits: {{max_concurrent: {in_flight}}}
"""
# Set to ask through litellm, or to probe latency with so many questions.
LITELLM, PROBE = "BENCHMARK_LITELLM", "BENCHMARK_PROBE"


def _spent() -> tuple[float, float, float]:
    """Return wall seconds, processor seconds of all threads, and the peak of memory in MB so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _resident_mb() -> float:
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), float("nan"))


def run(job: Job) -> None:
    """Write the suite where it isn't yet, run it, and tell what the verdict counted."""
    folder = job.out.parent
    suite = folder / "suite.yaml"
    through_litellm = bool(os.environ.get(LITELLM))
    asked = f"model: openai/{MODEL}" if through_litellm else f"model: {MODEL}, endpoint: {job.url}"
    os.environ |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": job.url} if through_litellm else {}
    text = SUITE.format(golden=job.golden, system=SYSTEM, asked=asked, tokens=MAX_TOKENS, in_flight=job.in_flight)
    suite.write_text(text, encoding="utf-8")
    os.chdir(folder)
    began = _spent()

    from benchharness.cli.main import main

    ask = vars(run)["ask"]
    facts: dict[str, Any] = {}

    def timed(*args: Any, **named: Any) -> Any:
        before = _spent()
        try:
            return ask(*args, **named)
        finally:
            after = _spent()
            facts.update(asking_wall_s=after[0] - before[0], asking_cpu_s=after[1] - before[1], asking_peak_mb=after[2])
            facts.update(started_cpu_s=before[1], started_wall_s=before[0] - began[0], asking_rss_mb=_resident_mb(), ended_cpu_s=after[1])

    vars(run)["ask"] = timed
    probe = os.environ.get(PROBE, "0")
    sys.argv = ["bench", "run", "suite.yaml", "--stop", "none", "--yes", "--latency-probe", probe]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
    found = max((folder / "reports").glob("*/*/run.json"))
    record: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    best = json.loads(found.with_name("verdict.json").read_text(encoding="utf-8"))["best_prompt"]
    facts["warnings"] = record["facts"]["warnings"]
    facts["p50_s"], facts["p95_s"] = record["totals"][0]["p50_s"], record["totals"][0]["p95_s"]
    tell(right=best["matched"], asked=best["n"], **facts)


run(read_job())
