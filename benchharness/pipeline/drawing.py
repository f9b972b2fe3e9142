"""Draw answers of a run for people to mark: the same examples for every candidate a one-way door reads, in a shuffled order."""

from pathlib import Path
from typing import Any

import numpy as np

from benchharness.errors import UsageError
from benchharness.pipeline.decide import decide_table
from benchharness.pipeline.judge import answered_in, newest_run, scorer_named
from benchharness.pipeline.judging.questions import target_text
from benchharness.pipeline.loading.run_folder import read_record
from benchharness.pipeline.loading.suite import load
from benchharness.records.comparison import candidate_key

__all__ = ["draw_answers"]


def draw_answers(suite: Path, *, run: Path | None, out: Path, count: int) -> list[dict[str, Any]]:
    """Return lines for a labels file, their label still null: so many examples at random, by the suite's seed.

    Of each the answers of the best prompt, the best fine-tune and the best self-hosted model, as far as there are any: a
    difference is corrected by examples that are labelled on both sides. Raises UsageError without a run.
    """
    loaded = load(suite)
    scorer_named(loaded, None)
    folder = newest_run(loaded.suite.name, out, run)
    if folder is None:
        raise UsageError(f"{out} has no run of {loaded.suite.name} to draw answers from", hint="`bench run SUITE` first, or --run RUN")
    comparison = decide_table(folder.results, read_record(folder.run)).comparison
    wanted = [each for each in (comparison.best_prompt, comparison.best_fine_tuned, comparison.best_self_hosted) if each is not None]
    texts = answered_in(folder, loaded).texts
    by_example: dict[str, dict[str, tuple[str, str, str]]] = {}
    for (candidate, prompt, example_id), text in texts.items():
        key = candidate_key(candidate, prompt)
        if key in wanted or not wanted:
            by_example.setdefault(example_id, {})[key] = (candidate, prompt, text)
    whole = sorted(name for name, each in by_example.items() if len(each) >= len(wanted))
    random = np.random.default_rng(loaded.suite.seed)
    chosen = [whole[at] for at in random.permutation(len(whole))[:count]]
    examples = {each.id: each for each in loaded.golden.examples}
    lines = []
    for name in chosen:
        for candidate, prompt, text in by_example[name].values():
            shown = {"input": examples[name].text, "target": target_text(examples[name].target), "output": text, "label": None}
            lines.append({"example_id": name, "candidate": candidate, "prompt": prompt, **shown})
    return [lines[at] for at in random.permutation(len(lines))]
