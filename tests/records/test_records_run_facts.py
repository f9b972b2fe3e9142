"""What a run knows of itself comes back from its file as it went, and a file that was only read is written back byte for byte."""

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchharness.records.bundle import Manifest
from benchharness.records.decision_record import DecisionRecord
from benchharness.records.json_form import dumps, from_json, to_json
from benchharness.records.judge import Calibration, LabelledMark, RunMark
from benchharness.records.leakage import Leakage
from benchharness.records.run import RunRecord
from benchharness.records.run_facts import BEGUN, JudgeFacts, Looks, MetricFacts, RescoredFacts, RunFacts, StoppingFacts

ROOT = Path(__file__).parents[2]
KINDS: dict[str, type] = {"run.json": RunRecord, "manifest.json": Manifest, "decision.json": DecisionRecord}
COMMITTED = sorted(
    (path, kind)
    for folder in ("reports", "suites")
    for name, kind in (*KINDS.items(), ("*.judge.json", Calibration))
    for path in (ROOT / folder).rglob(name)
)
SAMPLES = Path(__file__).parent / "samples"

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=6),
    int: st.integers(-(10**9), 10**9),
    bool: st.booleans(),
    float: st.floats(0, 1e9),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return values of a field's type, for every type that a run's facts hold."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return st.none() | values(next(each for each in inner if each is not type(None)))
    if origin is tuple:
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(PLAIN[str], values(inner[1]), max_size=2)
    if is_dataclass(hint):
        return records(hint)  # type: ignore[arg-type]
    return PLAIN[hint]


def records(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    known = [each for each in fields(kind) if each.name != "file"]
    must = {each.name: values(hints[each.name]) for each in known if each.default is MISSING and each.default_factory is MISSING}
    may = {each.name: values(hints[each.name]) for each in known if each.name not in must}
    return st.fixed_dictionaries(must, optional=may).map(lambda given: kind(**given))


FACTS = records(RunFacts)
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda each: st.lists(each, max_size=2), max_leaves=4)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def known_then(now: Any, then: Any) -> Any:
    """Return what is written now without the fields that the version which wrote a file didn't have."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {name: known_then(each, then[name]) for name, each in now.items() if name in then}
    if isinstance(now, list) and isinstance(then, list):
        return [known_then(*each) for each in zip(now, then, strict=True)]
    return now


@pytest.mark.parametrize("path", [path for path, _ in COMMITTED], ids=place)
def test_a_committed_file_is_written_back_byte_for_byte_but_for_fields_it_is_too_old_for(path: Path) -> None:
    kind, then = dict(COMMITTED)[path], json.loads(path.read_bytes())
    now = json.loads(dumps(from_json(kind, then)))
    assert (json.dumps(known_then(now, then), ensure_ascii=False, indent=2) + "\n").encode() == path.read_bytes()
    assert json.dumps(now.get("facts")) == json.dumps(then.get("facts")), "of facts nothing is added either"


def test_what_is_committed_is_looked_at() -> None:
    assert {path.name for path, _ in COMMITTED} >= set(KINDS)


@pytest.mark.parametrize("name", ["judged.json", "scored-again.json", "limited.json"])
def test_a_run_as_this_program_wrote_it_before_its_facts_were_records_is_written_back_byte_for_byte(name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    assert dumps(from_json(RunRecord, json.loads(text))) == text


def test_a_calibration_as_it_was_written_is_written_back_byte_for_byte() -> None:
    text = (SAMPLES / "suite.judge.json").read_text(encoding="utf-8")
    assert dumps(from_json(Calibration, json.loads(text))) == text


@QUICK
@given(FACTS)
def test_facts_come_back_as_they_went(facts: RunFacts) -> None:
    written = json.loads(json.dumps(to_json(facts)))
    again = from_json(RunFacts, written)
    assert again == facts
    assert json.dumps(to_json(again)) == json.dumps(written)


@QUICK
@given(FACTS, st.dictionaries(st.text(max_size=4).map("~{}".format), JSON, max_size=3), st.randoms(use_true_random=False))
def test_a_file_in_any_order_with_names_of_a_newer_version_is_handed_on_as_it_came(
    facts: RunFacts, newer: dict[str, Any], random: Any
) -> None:
    whole = {**newer, **to_json(facts)}
    for each in (whole["leakage"], whole.get("looks"), whole.get("stopping")):
        if each is not None:
            each["of a newer version"] = newer
    names = list(whole)
    random.shuffle(names)
    text = json.dumps({name: whole[name] for name in names})
    assert json.dumps(to_json(from_json(RunFacts, json.loads(text)))) == text


LEAKAGE = Leakage(checked=False)


def test_a_run_that_begins_says_what_it_says_nothing_of() -> None:
    begun = to_json(RunFacts(effort=(), leakage=LEAKAGE, file=BEGUN))
    assert list(begun) == [
        *("addresses", "effort", "leakage", "labelled_examples", "files", "slices", "groups", "targets"),
        *("prices", "ends", "listed_models", "options", "warnings"),
    ]
    assert begun["options"] == {"only": [], "limit": None, "stop": "curtail"}


def test_what_is_found_at_the_end_stands_behind_though_it_is_nothing() -> None:
    begun = RunFacts(effort=(), leakage=LEAKAGE, file=BEGUN)
    ended = begun.ended(stopping=None, looks=Looks(count=1), metric=MetricFacts(), asking=None, latency_probe=())
    told = to_json(ended.with_judging({}, None).with_warnings(["Look."]))
    assert list(told)[len(BEGUN.order) :] == ["stopping", "looks", "metric", "asking", "latency_probe", "judging"]
    assert (told["stopping"], told["warnings"]) == (None, ["Look."])


def test_scored_again_what_stood_stays_where_it_stood() -> None:
    stopping = {"rule": "curtail", "planned": 4, "asked": {"a": 2}, "targets": {"x": 4}, "why": "tomorrow's"}
    old = {"warnings": [], "stopping": stopping, "effort": [], "tomorrow": 1, "targets": {"x": 4}, "leakage": {"checked": False}}
    rescored = RescoredFacts(run="r", policy_hash="p", results_hash="h", at="now", changed=True)
    read = from_json(RunFacts, old)
    again = read.scored_again(rescored, files={}, slices={}, groups={}, targets={"y": 4})
    told = to_json(again)
    assert list(told) == [*old, "files", "slices", "groups", "rescored"]
    assert (told["stopping"], told["leakage"], told["targets"], told["tomorrow"]) == (stopping, {"checked": False}, {"y": 4}, 1)
    assert read.stopping == StoppingFacts(rule="curtail", planned=4, asked={"a": 2}, targets={"x": 4})
    assert to_json(replace(again, stopping=replace(read.stopping, targets=None)))["stopping"]["targets"] is None


def test_a_bundle_tells_no_groups() -> None:
    facts = RunFacts(effort=(), leakage=LEAKAGE, groups={"who=me": ("e1",)}, file=BEGUN)
    assert "groups" not in to_json(facts.without_groups())
    assert "groups" not in to_json(from_json(RunFacts, to_json(facts)).without_groups())


def test_null_is_nothing_and_stays_null() -> None:
    data: dict[str, Any] = {"effort": [], "leakage": {"checked": False}, "slices": None, "stopping": None, "files": None}
    facts = from_json(RunFacts, data)
    assert (facts.slices, facts.files, facts.stopping) == ({}, {}, None)
    assert to_json(facts) == data


@pytest.mark.parametrize("name", ["effort", "leakage", "slices", "stopping", "looks", "metric", "judge", "rescored", "asking", "prices"])
def test_a_fact_that_is_something_else_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=f"its fact '{name}' can't be read"):
        from_json(RunFacts, {"effort": [], "leakage": {"checked": False}, name: 5})


def test_a_mark_stands_as_a_list_of_seven_and_what_is_none_is_kept_and_not_read() -> None:
    mark = LabelledMark(candidate="a", prompt="p", example_id="e1", answer="abc", human=True, judged=None)
    written = ["a", "p", "e1", True, None, False, "abc"]
    assert to_json(RunMark.of_mark(mark, here=False)) == written
    judge = {"scorer": "s", "identity": "", "why_not": "", "marks": [written, [], "no", ["a"] * 6, ["", "", 7, True, True, True, "h"]]}
    facts = from_json(RunFacts, {"effort": [], "leakage": {"checked": False}, "judge": judge})
    assert facts.judge == JudgeFacts(scorer="s", marks=(RunMark.of_mark(mark, here=False),))
    assert to_json(facts)["judge"] == judge


def test_the_digest_of_labels_is_left_out_where_no_calibration_holds() -> None:
    assert list(to_json(JudgeFacts(scorer="s"))) == ["scorer", "identity", "why_not", "marks"]
    assert list(to_json(JudgeFacts(scorer="s", labels_digest="d"))) == ["scorer", "identity", "why_not", "marks", "labels_digest"]
