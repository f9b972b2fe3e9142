"""Proposals, policies and patterns: what is read as it was meant, and what is refused with a line and a way out."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.errors import BenchError, Mistake, MistakesError
from benchharness.gate.patterns import covered, matches
from benchharness.gate.workflows import policy_starter
from benchharness.records.circumstances import Latency, Privacy
from benchharness.records.gate_policy import GatePolicy
from benchharness.records.proposal import DecisionOutcome, Kind, Proposal
from benchharness.records.suite import Decision, FineTunePlan, Volume
from benchharness.suite.proposal_reading import parse_gate_policy, parse_proposal, read_proposal
from benchharness.suite.proposal_writing import Beginning, proposal_text

DIGEST = "sha256:" + "9b1c" * 16
PROPOSAL = f"""\
id: FT-0007
title: Fine-tune a model
owner: "@ana"
created: 2026-11-21
problem: {{suite: ../resume.yaml, metric: label, target: 0.92, smallest_useful_gain: 0.02}}
intervention: {{kind: lora, candidate: tuned}}
training_data: {{path: ../data.jsonl, digest: "{DIGEST}", examples: 3200}}
evidence: {{bundle: evidence/FT-0007, digest: "{DIGEST}"}}
waivers:
  - {{check: gain, reason: a contract, approved_by: "@cto", expires: 2027-03-01}}
decision:
  outcome: rejected
  by: ["@lead"]
  date: 2026-11-24
  reason: A prompt is enough.
  valid_until: 2027-02-22
  applies_to: ["training/**"]
"""
PATH = Path("proposals/FT-0007.yaml")


def read(text: str) -> Proposal:
    return parse_proposal(text, path=PATH).record


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(MistakesError) as caught:
        parse_proposal(text, path=PATH)
    return caught.value.mistakes


class TestAProposal:
    def test_is_read_as_it_stands(self) -> None:
        found = read(PROPOSAL)
        assert found.problem.target == 0.92
        assert found.intervention.kind is Kind.LORA
        assert found.decision is not None
        assert found.decision.outcome is DecisionOutcome.REJECTED
        assert (found.created, found.decision.valid_until) == ("2026-11-21", "2027-02-22")

    @pytest.mark.parametrize(
        ("old", "new", "line", "key", "words"),
        [
            ("owner:", "ownr:", 3, "ownr", "owner"),
            ("smallest_useful_gain", "smallest_usefull_gain", 5, "problem.smallest_usefull_gain", "smallest_useful_gain"),
            ("applies_to", "aplies_to", 17, "decision.aplies_to", "applies_to"),
            ("kind: lora", "kind: lorra", 6, "intervention.kind", "lora"),
            ("outcome: rejected", "outcome: rejectd", 12, "decision.outcome", "rejected"),
            ("outcome: rejected", "outcome: no", 12, "decision.outcome", "no"),
            ("target: 0.92", "target: 92", 5, "problem.target", "1"),
            ("target: 0.92", "target: 0", 5, "problem.target", "0"),
            ("target: 0.92", 'target: "0.92"', 5, "problem.target", "number"),
            ("examples: 3200", "examples: -1", 7, "training_data.examples", "0"),
            ("examples: 3200", "examples: 3.5", 7, "training_data.examples", "whole number"),
            ("created: 2026-11-21", "created: 21.11.2026", 4, "created", "2026-11-21"),
            ("expires: 2027-03-01", "expires: 2027-02-30", 10, "waivers[0].expires", "2026-11-21"),
            ("valid_until: 2027-02-22", "valid_until: 2026-11-23", 16, "decision.valid_until", "before it was decided"),
            ("valid_until: 2027-02-22", "valid_until: 20270222", 16, "decision.valid_until", ""),
            ("id: FT-0007", "id: FT-0008", 1, "id", "FT-0008.yaml"),
            ("id: FT-0007", "id: FT/0007", 1, "id", "can't name a proposal"),
            ('by: ["@lead"]', "by: []", 13, "decision.by", ""),
            ("title: Fine-tune a model", 'title: ""', 2, "title", ""),
            ("created: 2026-11-21", "created: 2026-11-21\ncreated: 2026-11-22", 5, "created", "twice"),
        ],
    )
    def test_with_a_mistake_is_refused_where_it_stands(self, old: str, new: str, line: int, key: str, words: str) -> None:
        assert old in PROPOSAL
        found = {(each.line, each.key): f"{each.message} {each.hint}" for each in mistakes(PROPOSAL.replace(old, new, 1))}
        assert words in found[line, key]

    def test_tells_every_mistake_at_once_in_the_files_order(self) -> None:
        text = PROPOSAL.replace("target: 0.92", "target: 92").replace("owner:", "ownr:").replace("outcome: rejected", "outcome: maybe")
        lines = [each.line for each in mistakes(text)]
        assert len(lines) >= 3
        assert lines == sorted(lines, key=lambda each: each or 0)

    @pytest.mark.parametrize(
        "digest", ["9" * 64, "1" * 64, "12e45" + "0" * 59, "0" * 64, f"{'a' * 64}", "sha256:" + "A" * 64, "sha256:abc", "md5:" + "0" * 64]
    )
    def test_with_a_digest_that_isnt_one_is_told_of_the_prefix(self, digest: str) -> None:
        (first,) = mistakes(PROPOSAL.replace(f'digest: "{DIGEST}"}}\nwaivers', f"digest: {digest}}}\nwaivers"))
        assert first.key == "evidence.digest"
        assert "text" in first.message or "sha256:<64 hex digits>" in first.hint

    @pytest.mark.parametrize("word", ["no", "yes", "on", "off", "NO", "0o17x", "1e3x", "12:30:45", "1_0"])
    def test_takes_words_of_older_yaml_as_text(self, word: str) -> None:
        assert read(PROPOSAL.replace("title: Fine-tune a model", f"title: {word}")).title == word

    def test_takes_a_day_as_text_and_no_time(self) -> None:
        assert read(PROPOSAL).created == "2026-11-21"
        assert mistakes(PROPOSAL.replace("created: 2026-11-21", "created: 2026-11-21T10:00:00Z"))[0].key == "created"

    @pytest.mark.parametrize(
        "text",
        [
            "", "\n\n", "- a\n", "text", "{", "a: [", "\tid: x", "id: &a [*a]", "id: *nobody", "--- {}\n--- {}\n",
            "!!python/object:os.system {}",
            "? {a: b}\n: c\n", "<<: {a: b}\n", "a: " + "[" * 500, "\x00", "id: FT-0007\n\tbad: x\n", "!!binary aGk=", "a: !x b",
        ],
        ids=lambda text: ascii(text)[:24],
    )  # fmt: skip
    def test_that_is_no_proposal_is_mistakes_and_nothing_else(self, text: str) -> None:
        found = mistakes(text)
        assert all(each.message for each in found)

    def test_of_two_megabytes_is_refused_before_it_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "FT-0007.yaml"
        path.write_text(PROPOSAL + "#" * 2**21)
        with pytest.raises(BenchError, match="larger than any proposal"):
            read_proposal(path)

    def test_that_isnt_utf8_is_told_so(self, tmp_path: Path) -> None:
        path = tmp_path / "FT-0007.yaml"
        path.write_bytes(PROPOSAL.encode() + b"# \xff\n")
        with pytest.raises(MistakesError) as caught:
            read_proposal(path)
        assert "not UTF-8 at byte" in caught.value.mistakes[0].message

    def test_with_a_waiver_twice_is_refused(self) -> None:
        line = '  - {check: gain, reason: again, approved_by: "@cto", expires: 2027-03-01}\n'
        (first,) = mistakes(PROPOSAL.replace("decision:", f"{line}decision:", 1))
        assert (first.line, first.key) == (11, "waivers[1].check")

    def test_with_a_key_in_it_doesnt_show_the_key(self) -> None:
        secret = "sk-" + "abcdefgh1jklmn0pqrstuvwx"
        found = mistakes(PROPOSAL.replace("title: Fine-tune a model", f"title: {secret}"))
        assert secret not in str(found)


class TestAPolicy:
    def test_left_empty_of_everything_but_one_key_has_the_defaults(self) -> None:
        found = parse_gate_policy("grace_days: 0\n", path=Path("gate.yaml")).record
        assert found == GatePolicy(grace_days=0)

    def test_that_init_writes_says_the_defaults(self) -> None:
        assert parse_gate_policy(policy_starter(), path=Path("gate.yaml")).record == GatePolicy()

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("evidence_day: 9", "evidence_days"),
            ("evidence_days: 0", "1"),
            ("evidence_days: 99999", "3660"),
            ("evidence_days: 1.5", "whole"),
            ("guards: [{paths: []}]", ""),
            ("guards: [{paths: [a], needs: nothing}]", "live-decision"),
            ("guards: [{path: [a]}]", "paths"),
            ("grace_days: -1", "0"),
            ("proposals: proposals", "list"),
            ("guards: [{paths: ['']}]", ""),
            ("evidence_days: 9\nevidence_days: 90", "twice"),
        ],
    )
    def test_with_a_mistake_is_refused(self, text: str, words: str) -> None:
        with pytest.raises(MistakesError) as caught:
            parse_gate_policy(text, path=Path("gate.yaml"))
        first = caught.value.mistakes[0]
        assert words in f"{first.message} {first.hint}"


def reference(path: str, pattern: str) -> bool:
    """Match part by part, without regular expressions: `**` is any number of folders, what matches a folder matches all in it."""
    wanted = pattern.removeprefix("./").strip("/").split("/")
    if len(wanted) > 1 and wanted[-1] == "**":
        wanted = wanted[:-1]
    parts = path.split("/")
    return any(fits(parts[:end], wanted) for end in range(1, len(parts) + 1))


def fits(parts: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(fits(parts[at:], wanted[1:]) for at in range(len(parts) + 1))
    return bool(parts) and one(parts[0], wanted[0]) and fits(parts[1:], wanted[1:])


def one(part: str, wanted: str) -> bool:
    if not wanted:
        return not part
    if wanted[0] == "*":
        return one(part, wanted[1:]) or (bool(part) and one(part[1:], wanted))
    return bool(part) and wanted[0] in ("?", part[0]) and one(part[1:], wanted[1:])


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "yes", "no"),
        [
            ("training/**", ["training/a", "training/a/b", "training"], ["trainings/a", "x/training/a"]),
            ("training/", ["training/a", "training/a/b"], ["trainings"]),
            ("training/*", ["training/a", "training/a/b"], ["training"]),
            ("**/adapter.gguf", ["adapter.gguf", "a/b/adapter.gguf"], ["a/my-adapter.gguf"]),
            ("*.yaml", ["a.yaml"], ["a/b.yaml", "ayaml"]),
            ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c"], ["a/xb", "ab"]),
            ("deploy/llm?.y*ml", ["deploy/llm1.yaml", "deploy/llm2.yml"], ["deploy/llm.yaml", "deploy/llm12.yaml"]),
            ("./a", ["a", "a/b"], ["b/a"]),
            ("a.b[c]{d}(e)+^$|", ["a.b[c]{d}(e)+^$|"], ["aXb[c]{d}(e)+^$|"]),
            ("**", ["a", "a/b/.c"], []),
            ("a\nb", ["a\nb"], ["a"]),
        ],
    )
    def test_mean_what_they_say(self, pattern: str, yes: list[str], no: list[str]) -> None:
        assert [each for each in yes if not matches(each, pattern)] == []
        assert [each for each in no if matches(each, pattern)] == []

    @settings(max_examples=300, deadline=None)
    @given(
        path=st.lists(st.text("ab.", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join),
        pattern=st.lists(st.sampled_from(["**", "*", "?", "a", "b", "a*", "*b", "?b", "a.b", "ab"]), min_size=1, max_size=4).map("/".join),
    )
    def test_are_what_a_reading_part_by_part_says(self, path: str, pattern: str) -> None:
        assert matches(path, pattern) == reference(path, pattern)

    def test_none_cover_nothing(self) -> None:
        assert not covered("a", [])

    @pytest.mark.parametrize("pattern", ["**/" * 30 + "x", "*a" * 40 + "x", "**/a/" * 15 + "x", "**" * 40 + "x"])
    def test_made_to_take_for_ever_dont(self, pattern: str) -> None:
        import time

        began = time.perf_counter()
        assert not matches("/".join(["a"] * 60), pattern)
        assert not matches("a" * 200, pattern)
        assert time.perf_counter() - began < 2


texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60),
    st.sampled_from([*"~\"'\\|>@`\t{[-?:#", "no", "null", "1e3", "0x1F", "- a", "a: b", "# x", "&a", "*a", "!x", "%x", "@x", "`x", "a\nb",
                     "\r\n", "\u2028", "\x85", "\ufeff", "\u202e", "\x1b[31m", "2026-01-01", "sha256:0"]),
)  # fmt: skip
numbers = st.floats(0.001, 1.0)


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(texts, min_size=8, max_size=8),
    target=numbers,
    gain=st.floats(0, 1),
    count=st.integers(0, 10**9),
    flags=st.tuples(st.booleans(), st.booleans()),
)
def test_what_propose_writes_is_read_back_as_it_was_meant(
    words: list[str], target: float, gain: float, count: int, flags: tuple[bool, bool]
) -> None:
    decision = Decision(
        accuracy_target=target,
        target_reason=words[0],
        fine_tune=FineTunePlan(training_cost_usd=float(count)),
        volume=Volume(requests_per_month=count + 1),
        privacy=Privacy(data_may_leave=flags[0], offline=flags[1]),
        latency=Latency(p95_s=target),
    )
    beginning = Beginning(
        id="FT-0007", created="2026-11-21", valid_until="2027-02-19", suite=words[1], decision=decision, metric=words[2],
        smallest_useful_gain=gain, kind="lora",
        base_model=words[3], candidate=words[4], training_data=words[5], training_digest=DIGEST, training_examples=count,
        tried=("zero-shot", "retrieval"), bundle=words[6], digest=DIGEST, verdict=words[7],
    )  # fmt: skip
    text = proposal_text(beginning)
    try:
        found = parse_proposal(text, path=PATH).record
    except MistakesError as error:
        # What looks like a key is refused, and what YAML can't hold.
        assert any("key" in each.message or "secret" in each.message for each in error.mistakes), error.mistakes  # noqa: PT017
        return
    assert (found.problem.suite, found.problem.metric, found.problem.target_reason) == (words[1], words[2], words[0])
    assert (found.problem.target, found.problem.smallest_useful_gain) == (target, gain)
    assert (found.intervention.base_model, found.intervention.candidate) == (words[3], words[4])
    assert found.training_data is not None
    assert (found.training_data.path, found.training_data.examples) == (words[5], count)
    assert (found.evidence.bundle, found.evidence.digest) == (words[6], DIGEST)
    assert found.constraints is not None
    assert (found.constraints.data_may_leave, found.constraints.offline, found.constraints.latency_p95_s) == (*flags, target)
    assert found.decision is None
