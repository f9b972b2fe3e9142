"""promptfoo: its command over Node, with a configuration that this script writes."""

import json
import os
import subprocess

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, read_job, tell
from benchmarks.task import SYSTEM


def run(job: Job) -> None:
    """Write the configuration, evaluate, and read the result."""
    folder = job.out.parent / "promptfoo"
    folder.mkdir()
    provider = {
        "id": f"openai:chat:{MODEL}",
        "config": {"apiBaseUrl": job.url, "apiKey": "none", "max_tokens": MAX_TOKENS, "temperature": 0},
    }
    words = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "{{ input }}"}]
    tests = [{"vars": {"input": each["input"]}, "assert": [{"type": "equals", "value": each["target"]}]} for each in job.tickets()]
    config = {"prompts": [json.dumps(words)], "providers": [provider], "tests": tests}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    out = folder / "out.json"
    command = [os.environ["PROMPTFOO"], "eval", "-c", str(folder / "config.json"), "-o", str(out)]
    command += ["--no-cache", "--no-table", "--no-progress-bar", "--max-concurrency", str(job.in_flight)]
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_CONFIG_DIR": str(folder / "home")}
    # It exits 100 when a test fails, and one of ten does.
    subprocess.run(command, check=False, env={**os.environ, **quiet}, stdout=subprocess.DEVNULL)
    counted = json.loads(out.read_text(encoding="utf-8"))["results"]["stats"]
    tell(right=counted["successes"], asked=counted["successes"] + counted["failures"] + counted.get("errors", 0))


run(read_job())
