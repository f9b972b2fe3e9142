"""`bench run` with a hosted model, through the real litellm, against a server on this machine."""

import json
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from loopback_server import LoopbackServer, Reply, completion

pytestmark = pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`")

KEY = "planted-key-51c0ffee"
SUITE = """
name: story
golden_set: {path: golden.jsonl}
prompts:
  plain: {user: "{{ input }}"}
  formed: {user: "{{ input }}", response_schema: {type: object}}
candidates:
  - {name: gpt, model: openai/gpt-5-mini, prompts: [plain, formed], parameters: {max_tokens: 16, seed: 7}, max_concurrent: 1}
scorers:
  - {type: contains, primary: true}
decision: {accuracy_target: 0.9}
"""


def script(_count: int, body: dict[str, Any]) -> Reply:
    asked = body["messages"][-1]["content"]
    if body.get("response_format"):
        return Reply(status=400, body={"error": {"message": "response_format is not supported by this model"}})
    if "tools" in body:
        calls = [{"id": "1", "type": "function", "function": {"name": "answer", "arguments": '{"label": "yes"}'}}]
        return Reply(body=completion(None, finish="tool_calls", tool_calls=calls))
    if "filter" in asked:
        return Reply(status=400, body={"error": {"code": "content_filter", "message": "filtered"}})
    if "think" in asked:
        return Reply(body=completion("", finish="length"))
    return Reply(body=completion("" if "nothing" in asked else "yes"))


def bench(folder: Path, server: LoopbackServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-m", "benchharness", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_run_tells_how_its_answers_were_asked_served_and_charged(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text(SUITE, encoding="utf-8")
    questions = ["a", "b", "think", "filter", "nothing", "nothing is right"]
    targets = ["yes", "yes", "yes", "yes", "yes", "none of them"]
    rows = [{"id": text, "input": text, "target": target} for text, target in zip(questions, targets, strict=True)]
    (tmp_path / "golden.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    with LoopbackServer(script) as server:
        done = bench(tmp_path, server, "run", "suite.yaml", "--stop", "none")
        assert done.returncode == 0, done.stderr
    (run,) = (tmp_path / "reports" / "story").iterdir()
    verdict = json.loads((run / "verdict.json").read_text(encoding="utf-8"))
    told = " ".join(verdict["warnings"])
    assert "temperature 0 (gpt 12 of 12 answers)" in told
    assert "asked as a tool's arguments (gpt 6 of 12 answers)" in told
    assert "hidden reasoning before a word was said: gpt 1 of 12 answers" in told
    assert "asked for openai/gpt-5-mini, and served-model answered" in told
    assert "Prompt caching changed the bill: gpt/formed" in told
    assert "were stopped by a content filter" in told
    assert "held no text at all" in told
    assert "hidden reasoning" in (run / "report.md").read_text(encoding="utf-8")
    totals = json.loads((run / "run.json").read_text(encoding="utf-8"))["totals"]
    formed = next(each for each in totals if each["prompt"] == "formed")
    assert formed["usd_per_1k_uncached"] > formed["usd_per_1k"] > 0
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if KEY.encode() in path.read_bytes()]
