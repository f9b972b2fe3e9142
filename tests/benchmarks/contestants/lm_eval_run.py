"""lm-eval: its command with `local-chat-completions`, a task of our own and samples logged."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.contestants.job import MAX_TOKENS, MODEL, Job, read_job, tell
from benchmarks.task import SYSTEM

TASK = """task: tickets
dataset_path: json
dataset_kwargs: {{data_files: {{test: {golden}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{input}}}}"
doc_to_target: "{{{{target}}}}"
generation_kwargs: {{until: [], max_gen_toks: {tokens}, temperature: 0.0}}
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
"""


def run(job: Job) -> None:
    """Write the task, evaluate, and read the result."""
    folder = job.out.parent / "lm-eval"
    folder.mkdir()
    (folder / "tickets.yaml").write_text(TASK.format(golden=json.dumps(str(job.golden)), tokens=MAX_TOKENS), encoding="utf-8")
    options = f"model={MODEL},base_url={job.url}/chat/completions,num_concurrent={job.in_flight},max_retries=1,tokenized_requests=False"
    command = [sys.executable, "-m", "lm_eval", "run", "--model", "local-chat-completions", "--model_args", options, "--tasks", "tickets"]
    command += ["--include_path", str(folder), "--apply_chat_template", "--system_instruction", SYSTEM]
    command += ["--output_path", str(folder / "out"), "--log_samples"]
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(folder / "home"), "OPENAI_API_KEY": "none"}
    subprocess.run(command, check=True, env={**os.environ, **offline}, stdout=subprocess.DEVNULL)
    found = json.loads(next(Path(folder / "out").rglob("results_*.json")).read_text(encoding="utf-8"))
    asked = found["n-samples"]["tickets"]["effective"]
    tell(right=round(found["results"]["tickets"]["exact_match,none"] * asked), asked=asked)


run(read_job())
