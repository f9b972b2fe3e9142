"""Pages to look at: one small real run with rehearsal models, and as many made-up examples as a test wants."""

import json
import random
from dataclasses import replace
from pathlib import Path

from benchharness.pipeline.run import Options, run
from benchharness.records.comparison import Stopping
from benchharness.records.page import Page, PageAnswer, PageExample

__all__ = ["LABELS", "SUITE", "examples", "made_run", "with_examples", "write_suite"]

LABELS = ("billing", "delivery", "account", "product")
WORDS = "invoice refund card late missing broken address login password charge twice cancel order size colour warranty".split()  # noqa: SIM905
SUITE = """\
name: support-routing
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts:
  zero-shot: {system: "Name the team: billing, delivery, account or product.", user: "{{ input }}"}
  few-shot: {extends: zero-shot, shots: 4}
  retrieval: {extends: zero-shot, shots: {k: 4, pick: nearest}}
candidates:
  - {name: big, model: rehearsal/big, prompts: [zero-shot, few-shot, retrieval],
     price: {input_usd_per_million: 3, output_usd_per_million: 15}, rehearsal: {accuracy: 0.8, truncate: 0.05}}
  - {name: mini, model: rehearsal/mini, prompts: [zero-shot, few-shot], price: {input_usd_per_million: 0.2, output_usd_per_million: 0.8},
     rehearsal: {accuracy: 0.6, wrong: billing, refuse: 0.05, fail: 0.01}}
  - {name: tuned, path: fine-tuned, model: rehearsal/tuned, prompts: [zero-shot],
     price: {input_usd_per_million: 0.1, output_usd_per_million: 0.1}, rehearsal: {accuracy: 0.97}}
  - {name: own, path: self-hosted, model: rehearsal/own, prompts: [zero-shot], rehearsal: {accuracy: 0.85}}
  - {name: tfidf, model: sklearn/tfidf-logreg}
scorers: [{type: label, labels: [billing, delivery, account, product]}]
decision:
  accuracy_target: 0.95
  gap_rule: 44 of 50
  volume: {requests_per_month: 20_000_000}
  fine_tune: {training_cost_usd: 12_000}
  costs:
    prompt: {usd_per_1k: [1.5, 2.5], engineers: 0.5}
    fine_tuned: {engineers: [1.0, 1.5], once_usd: 30_000, hosting: {usd_per_month: 2_000, requests_per_second: 20}}
"""


def write_suite(folder: Path, *, n: int = 40) -> Path:
    """Write a suite with its data; eight candidates."""
    drawn = random.Random(3)
    for name, start, count in (("golden", "My", n), ("pool", "Our", 60)):
        rows = [
            {"id": f"{name[0]}{at:04d}", "input": f"{start} {' '.join(drawn.choices(WORDS, k=9))} {at}", "target": LABELS[at % 4]}
            for at in range(count)
        ]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    (folder / "suite.yaml").write_text(SUITE, encoding="utf-8")
    return folder / "suite.yaml"


def made_run(folder: Path, *, n: int = 40) -> Path:
    """Run the suite as the command would; return the run's directory."""
    options = Options(suite=write_suite(folder, n=n), out=folder / "reports", stop=Stopping.NONE, command=("bench", "run", "suite.yaml"))
    return run(options).folder.path


def examples(count: int, candidates: int, *, words: int = 12, said: int = 3, seed: int = 1) -> tuple[PageExample, ...]:
    """Return examples whose candidates are right about as often as in life."""
    drawn = random.Random(seed)
    found = []
    for at in range(count):
        target = " ".join(drawn.choices(WORDS, k=said))
        answers = []
        for who in range(candidates):
            right = drawn.random() < 0.6 + 0.05 * who
            text = target if right else " ".join(drawn.choices(WORDS, k=said))
            answers.append(PageAnswer(status="answered", matched=right, score=float(right), output=text, parsed=text))
        text = " ".join(drawn.choices(WORDS, k=words))
        found.append(PageExample(id=f"ex {at:05d}", rank=at, answers=tuple(answers), input=text, target=target))
    return tuple(found)


def with_examples(page: Page, found: tuple[PageExample, ...]) -> Page:
    """Return the page with other examples."""
    return replace(page, examples=found, asked=len(found), wanted=len(found))
