"""Was prompting tried, and the base measured? Where a model has no name that isn't known, and opens no one-way door."""

from collections.abc import Sequence

import pytest
from verdict.case_making import case, result

from benchharness.records.effort import Effort
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules import RULES

EVERY = ("zero-shot", "few-shot", "retrieval")


def found(rule: str, models: Sequence[str], *, base: str = "openai/api", strategies: tuple[str, ...] = EVERY) -> Finding:
    prompted = tuple(
        Effort(candidate=f"c{at}", path="api", model=model, provider="", base_model=model, strategies=strategies)
        for at, model in enumerate(models)
    )
    tuned = Effort(candidate="ft", path="fine-tuned", model="", provider="", base_model=base)
    return RULES[rule](case([result()], evidence={"effort": (*prompted, tuned)}))


@pytest.mark.parametrize(
    ("models", "strategies", "status"),
    [
        (["openai/api", "openai/two"], EVERY, Status.MET),
        (["openai/api", "openai/API"], EVERY, Status.NOT_MET),
        (["openai/api", "openai/two", ""], EVERY, Status.MET),
        (["openai/api", ""], EVERY, Status.NOT_TESTED),
        (["", ""], EVERY, Status.NOT_TESTED),
        ([""], EVERY, Status.NOT_MET),
        (["", ""], ("zero-shot",), Status.NOT_MET),
    ],
)
def test_prompted_models_without_a_name_are_neither_one_nor_two(models: list[str], strategies: tuple[str, ...], status: Status) -> None:
    finding = found("prompt-effort", models, strategies=strategies)
    assert finding.status is status
    assert ("`stands_for`" in finding.remedy) is (status is Status.NOT_TESTED)


@pytest.mark.parametrize(
    ("models", "base", "status"),
    [
        (["openai/api"], "openai/api", Status.MET),
        (["openai/API"], "openai/api", Status.MET),
        (["openai/api", ""], "openai/api", Status.MET),
        (["openai/other"], "openai/api", Status.NOT_MET),
        (["openai/other", ""], "openai/api", Status.NOT_TESTED),
        (["openai/api"], "", Status.NOT_TESTED),
        ([""], "", Status.NOT_TESTED),
        (["openai/other"], "c0", Status.MET),
    ],
)
def test_a_base_is_measured_missing_or_not_known(models: list[str], base: str, status: Status) -> None:
    assert found("base-measured", models, base=base).status is status
