"""Scorers of a really installed package: they say what they are, and work like ours through every command."""

import json
from pathlib import Path
from typing import Any

import pytest
from suites_here import bench, newest, rows_of

METADATA = "Metadata-Version: 2.1\nName: their-scorers\nVersion: 1.0\n"
NAMES = ("brevity", "kind", "polite", "wrong")
ENTRY_POINTS = "[benchharness.scorers]\n" + "".join(f"{name} = their_scorers.{name}\n" for name in NAMES)
HEAD = """\
from dataclasses import dataclass
from typing import Any, ClassVar

from benchharness.records.score import Score, Unscored
from benchharness.records.scorer_traits import ScorerTraits


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
"""
MAKE = """

def make(options, name, labels):
    return Scorer(options, name)


class Scorer:
    version = 1

    def __init__(self, options, name):
        self.name = name
"""
# It needs the whole answer, tokens and model and parameters, and the whole example, input and metadata.
BREVITY = f"""{HEAD}{MAKE}
    def score_answer(self, answer, example):
        if answer.usage.output_tokens is None or answer.usage.input_tokens is None:
            return Unscored(reason="no tokens")
        if not answer.served_model or answer.effective_params.get("max_tokens") != 16 or not example.input.startswith("question"):
            return Unscored(reason="not the whole of it")
        return Score(value=float(answer.usage.output_tokens <= example.metadata["most"]))
"""
POLITE = """
    def score(self, answer, example):
        return Score(value=float(answer == example.target), parsed=answer)
"""
MODULES = {
    "__init__": "",
    "brevity": BREVITY,
    "kind": f"{HEAD}{MAKE}{POLITE}",
    "polite": f"{HEAD}    traits: ClassVar[ScorerTraits] = ScorerTraits(beside_rightness=True)\n{MAKE}{POLITE}",
    "wrong": f"{HEAD}    traits: ClassVar[Any] = {{'beside_rightness': True}}\n{MAKE}{POLITE}",
}
TARGETS = ("a label of many words", "one", "another label", "two")
SUITE = """\
name: theirs
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts:
  plain: {user: "{{ input }}"}
  few: {extends: plain, shots: 4}
  near: {extends: plain, shots: {k: 4, pick: nearest}}
candidates:
  - {name: one, model: rehearsal/x, prompts: [plain, few, near], rehearsal: {accuracy: 0.5}, price: DEAR, parameters: {max_tokens: 16}}
  - {name: two, model: rehearsal/y, prompts: [plain, few, near], rehearsal: {accuracy: 0.5}, price: DEAR, parameters: {max_tokens: 16}}
  - {name: base, path: self-hosted, model: rehearsal/base, prompts: [plain], rehearsal: {accuracy: 0.1}, price: CHEAP}
  - {name: tuned, path: fine-tuned, base_model: rehearsal/base, model: rehearsal/tuned, prompts: [plain], rehearsal: {accuracy: 0.99},
     price: CHEAP, parameters: {max_tokens: 16}}
scorers:
  - {type: KIND, primary: true}
decision:
  accuracy_target: 0.9
  volume: {requests_per_month: 50_000_000}
  fine_tune: {training_cost_usd: 100}
  costs: {engineer_usd_per_year: 100000, prompt: {engineers: 0}, fine_tuned: {engineers: 0, hosting: {usd_per_month: 10}}}
""".replace("DEAR", "{input_usd_per_million: 100, output_usd_per_million: 100}").replace(
    "CHEAP", "{input_usd_per_million: 1, output_usd_per_million: 1}"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "their_scorers").mkdir(parents=True)
    (site / "their_scorers-1.0.dist-info").mkdir()
    (site / "their_scorers-1.0.dist-info" / "METADATA").write_text(METADATA)
    (site / "their_scorers-1.0.dist-info" / "entry_points.txt").write_text(ENTRY_POINTS)
    for name, code in MODULES.items():
        (site / "their_scorers" / f"{name}.py").write_text(code)
    for name, first, n in (("golden", 0, 120), ("pool", 1000, 1000)):
        rows = [
            {
                "id": f"{name}{at}",
                "input": f"question {first + at} of {at * 7919 % 1009}",
                "target": TARGETS[at % 4],
                "metadata": {"most": at % 3 * 3},
            }
            for at in range(n)
        ]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for kind in NAMES:
        (tmp_path / f"{kind}.yaml").write_text(SUITE.replace("KIND", kind))
    return tmp_path


def told(folder: Path, *arguments: str) -> str:
    """Return what the command prints; the package is installed there."""
    code, out, err = bench(folder, *arguments, environment={"PYTHONPATH": str(folder / "site")})
    assert code == 0, err
    return out


def marks(run: Path) -> list[tuple[Any, ...]]:
    return [(row["candidate"], row["example_id"], row["status"], row["score"], row["error"]) for row in rows_of(run)]


def test_a_scorer_that_needs_the_whole_answer_and_example_says_the_same_of_stored_ones(folder: Path) -> None:
    told(folder, "run", "brevity.yaml")
    first = newest(folder)
    before = marks(first)
    assert {score for name, _, _, score, _ in before if name != "base"} == {0.0, 1.0}
    assert {error for name, _, _, _, error in before if name == "base"} == {"not the whole of it"}, "it has another max_tokens"
    outputs = [(row["output"], row["score"]) for row in rows_of(first)]
    assert len(set(outputs)) > len({output for output, _ in outputs}), "the same output scores otherwise with another example"
    told(folder, "score", str(first))
    assert newest(folder) != first
    assert marks(newest(folder)) == before
    again = json.loads(told(folder, "decide", "brevity.yaml", "--results", str(newest(folder)), "--json"))
    assert again["verdict"] == json.loads((first / "verdict.json").read_text())["verdict"]


def test_a_scorer_beside_rightness_opens_no_one_way_door_wherever_it_comes_from(folder: Path) -> None:
    found = {}
    for kind in ("kind", "polite"):
        ran = json.loads(told(folder, "run", f"{kind}.yaml", "--json"))
        run = newest(folder)
        told(folder, "score", str(run))
        scored = json.loads((newest(folder) / "verdict.json").read_text())
        decided = json.loads(told(folder, "decide", f"{kind}.yaml", "--results", str(run / "results.parquet"), "--json"))
        found[kind] = {each["verdict"] for each in (ran, scored, decided)}
        assert ("says nothing of right or wrong" in decided["headline"]) == (kind == "polite")
    assert found == {"kind": {"fine-tune"}, "polite": {"more-evidence"}}


def test_a_scorer_that_says_it_in_another_way_is_one_message(folder: Path) -> None:
    code, _, err = bench(folder, "check", "wrong.yaml", environment={"PYTHONPATH": str(folder / "site")})
    assert code == 2
    assert "the scorer 'wrong' of their_scorers.wrong: `traits` is dict, expected ScorerTraits" in err
