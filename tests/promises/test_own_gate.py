"""This repository gates its own: a real proposal to ship our fine-tune, its evidence, and the decision to reject it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from story.commanding import bench

from benchharness.pipeline.init import SCHEMAS, schema_text

ROOT = Path(__file__).parents[2]
DAY = "2026-11-21"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("suites", "goldensets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def gated(folder: Path) -> tuple[int, Any]:
    done = bench(folder, "gate", "--today", DAY, "--json")
    return done.returncode, json.loads(done.stdout)


def test_our_own_proposal_was_rejected_and_the_evidence_agrees() -> None:
    code, report = gated(ROOT)
    assert (code, report["outcome"]) == (0, "passed")
    (proposal,) = report["proposals"]
    assert (proposal["decision"], proposal["standing"]) == ("rejected", "not-justified")


@pytest.mark.parametrize("outcome", ["approved", None])
def test_our_own_proposal_could_not_have_been_approved_or_left_open(copied: Path, outcome: str | None) -> None:
    path = copied / "suites/proposals/FT-0001.yaml"
    text = path.read_text(encoding="utf-8")
    decided = text.replace("outcome: rejected", f"outcome: {outcome}") if outcome else text[: text.index("decision:")]
    path.write_text(decided, encoding="utf-8")
    code, report = gated(copied)
    assert (code, report["outcome"]) == (10, "not-justified")


def test_the_readme_shows_what_the_gate_really_prints(copied: Path) -> None:
    path = copied / "suites/proposals/FT-0001.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("decision:")], encoding="utf-8")
    printed = bench(copied, "gate", "--today", DAY).stdout.splitlines()
    (shown,) = re.findall(r"```text\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for line in shown.splitlines() if line and line != "..." and not line.startswith("$")]
    assert lines
    assert [line for line in lines if line not in printed] == []


def test_our_own_golden_set_and_scores_cannot_be_touched_unseen(copied: Path) -> None:
    golden = copied / "goldensets/resume/golden.jsonl"
    lines = golden.read_text(encoding="utf-8").splitlines(keepends=True)
    golden.write_text("".join(lines[:-1]), encoding="utf-8")
    code, report = gated(copied)
    assert (code, report["outcome"]) == (14, "mismatch")
    assert "gone: " in json.dumps(report)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_committed_schemas_are_the_ones_the_command_prints(kind: str) -> None:
    assert (ROOT / "suites" / SCHEMAS[kind]).read_text(encoding="utf-8") == schema_text(kind)
