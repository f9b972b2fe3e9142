from pathlib import Path

import pytest

from benchharness.errors import Mistake, MistakesError
from benchharness.scorers import scorer_options
from benchharness.suite.reading import parse_suite
from benchharness.verdict.thresholds import THRESHOLDS

GOOD = """\
name: tickets
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
prompts:
  zero-shot: {system: "Route it.", user: "{{ input }}"}
  few-shot: {extends: zero-shot, shots: 8}
candidates:
  - {name: small, model: embedded/smollm2-135m, prompts: [zero-shot, few-shot]}
  - {name: tfidf, model: sklearn/tfidf-logreg}
scorers:
  - {type: label, primary: true}
  - {type: exact}
decision:
  accuracy_target: 0.95
  gap_rule: 44 of 50
"""

# What is changed in the good suite, into what, and the mistake that must be the only one: place, key, words.
ROWS = [
    (
        "model: embedded/smollm2-135m, prompts: [zero-shot, few-shot]}",
        "model: a/b, prompts: [zero-shot], price: {usd_per_1k: 1, input_usd_per_million: 2, output_usd_per_million: 3}}",
        "8:61",
        "candidates[0].price.usd_per_1k",
        "unknown key 'usd_per_1k'",
    ),
    (
        "model: embedded/smollm2-135m, prompts: [zero-shot, few-shot]}",
        "model: a/b, prompts: [zero-shot], price: {input_usd_per_million: 0.0000025, output_usd_per_million: 10}}",
        "8:84",
        "candidates[0].price.input_usd_per_million",
        "2.5e-06 looks like dollars per token",
    ),
    (
        "model: embedded/smollm2-135m, prompts: [zero-shot, few-shot]}",
        "model: a/b, prompts: [zero-shot], price: {input_usd_per_million: 2.5, output_usd_per_million: $10}}",
        "8:113",
        "candidates[0].price.output_usd_per_million",
        "got the text '$10'",
    ),
    (
        "gap_rule: 44 of 50",
        "costs: {fine_tuned: {hosting: {machines: 2}}}",
        "15:33",
        "decision.costs.fine_tuned.hosting",
        "exactly one of usd_per_month and usd_per_hour",
    ),
    (
        "gap_rule: 44 of 50",
        "costs: {fine_tuned: {engineers: [2, 1]}}",
        "15:35",
        "decision.costs.fine_tuned.engineers",
        "the low end 2 is above the high end 1",
    ),
    (
        "gap_rule: 44 of 50",
        "costs: {prompt: {hosting: {usd_per_month: 1, requests_per_month: 0}}}",
        "15:68",
        "decision.costs.prompt.hosting.requests_per_month",
        "a machine that serves no request",
    ),
    ("gap_rule: 44 of 50", "costs: {months: 0}", "15:19", "decision.costs.months", "at least 1 and at most 120, got 0"),
    ("name: tickets", "nme: tickets", "1:1", "nme", "unknown key 'nme'"),
    ("name: tickets", "name: 5", "1:7", "name", "expected text, got 5"),
    ("name: tickets", 'name: ""', "1:7", "name", "must not be empty"),
    ("name: tickets", 'name: "a\\u001b[2J"', "1:7", "name", "printable"),
    ("name: tickets", "name: tickets\nname: twice", "2:1", "name", "stands twice, first on line 1"),
    ("name: tickets", "name: tickets\nseed: 1.5", "2:7", "seed", "expected a whole number, got 1.5"),
    ("name: tickets", "name: tickets\nrepeat: 0", "2:9", "repeat", "expected a whole number of at least 1, got 0"),
    ("name: tickets", "name: tickets\nmatch_at: .inf", "2:11", "match_at", "not a number one can decide with"),
    ("name: tickets", "name: tickets\nlimits: {timeout_s: -1}", "2:21", "limits.timeout_s", "expected a number above 0, got -1"),
    (
        "name: tickets",
        "name: tickets\nlimits: {attempts: yes}",
        "2:20",
        "limits.attempts",
        "expected a whole number of at least 1, got the text 'yes'",
    ),
    ("name: tickets", "name: !secret tickets", "1:7", "name", "the tag !secret means nothing here"),
    ("name: tickets", "name: tickets\n5: five", "2:1", "", "a key must be text, got 5"),
    ("{path: golden.jsonl}", "golden.jsonl", "2:13", "golden_set", "expected a mapping, got the text 'golden.jsonl'"),
    (
        "{path: golden.jsonl}",
        "{path: golden.jsonl, hub: a/b, split: test, revision: abc}",
        "2:13",
        "golden_set",
        "exactly one of path and hub",
    ),
    ("{path: golden.jsonl}", "{}", "2:13", "golden_set", "exactly one of path and hub"),
    ("{path: golden.jsonl}", "{hub: mteb/banking77, split: test}", "2:13", "golden_set", "needs 'revision'"),
    ("{path: golden.jsonl}", "{hub: mteb/banking77, revision: abc}", "2:13", "golden_set", "needs 'split'"),
    ("{path: golden.jsonl}", "{path: golden.jsonl, sample: 0}", "2:42", "golden_set.sample", "at least 1, got 0"),
    ("{path: golden.jsonl}", "{path: golden.jsonl, only: {target: []}}", "2:49", "golden_set.only.target", "must not be empty"),
    ("training_pool: {path: pool.jsonl}\n", "", "5:41", "prompts.few-shot.shots", "the suite has none"),
    ("extends: zero-shot", "extends: zero-sho", "6:23", "prompts.few-shot.extends", "unknown prompt 'zero-sho'"),
    ("extends: zero-shot", "extends: few-shot", "6:23", "prompts.few-shot.extends", "goes round in a circle: few-shot -> few-shot"),
    ('user: "{{ input }}"', "user: {{ input }}", "5:43", "prompts.zero-shot.user", "a key must be a word"),
    ('user: "{{ input }}"', 'usr: "{{ input }}"', "5:36", "prompts.zero-shot.usr", "unknown key 'usr'"),
    ("{extends: zero-shot, shots: 8}", "{shots: 8}", "6:13", "prompts.few-shot", "it needs `user` or `system`"),
    ("shots: 8", "shots: eight", "6:41", "prompts.few-shot.shots", "expected a whole number of at least 1, got the text 'eight'"),
    ("shots: 8", "shots: 0", "6:41", "prompts.few-shot.shots", "expected a whole number of at least 1, got 0"),
    ("shots: 8", "shots: {k: 0}", "6:45", "prompts.few-shot.shots.k", "expected a whole number of at least 1, got 0"),
    ("shots: 8", "shots: {pick: nearest}", "6:41", "prompts.few-shot.shots", "required key 'k' is missing"),
    (
        "shots: 8",
        "shots: {k: 8, pick: closest}",
        "6:54",
        "prompts.few-shot.shots.pick",
        "expected 'fixed' or 'nearest', got the text 'closest'",
    ),
    ("shots: 8", "shots: {k: 8, picks: nearest}", "6:48", "prompts.few-shot.shots.picks", "unknown key 'picks'"),
    (
        "shots: 8",
        "shots: 8, strategy: retrieval",
        "6:54",
        "prompts.few-shot.strategy",
        "a retrieval prompt needs `shots: {k: ..., pick: nearest}`",
    ),
    ("shots: 8", "shots: 8, strategy: zero-shot", "6:54", "prompts.few-shot.strategy", "a zero-shot prompt needs no `shots`"),
    ("shots: 8", "strategy: structured", "6:44", "prompts.few-shot.strategy", "a structured prompt needs a `response_schema`"),
    ("shots: 8", "strategy: thinking", "6:44", "prompts.few-shot.strategy", "expected 'zero-shot', 'few-shot'"),
    ("shots: 8", "extract: {after: A, regex: B}", "6:43", "prompts.few-shot.extract", "exactly one of after, regex and json_key"),
    ("shots: 8", "extract: {}", "6:43", "prompts.few-shot.extract", "exactly one of after, regex and json_key"),
    ("shots: 8", 'extract: {regex: "("}', "6:51", "prompts.few-shot.extract.regex", "not a regular expression"),
    ("[zero-shot, few-shot]", "[zero-shot, fewshot]", "8:70", "candidates[0].prompts[1]", "unknown prompt 'fewshot'"),
    ("[zero-shot, few-shot]", "[zero-shot, zero-shot]", "8:70", "candidates[0].prompts[1]", "the prompt 'zero-shot' stands twice"),
    ("[zero-shot, few-shot]", "zero-shot", "8:58", "candidates[0].prompts", "expected a list, got the text 'zero-shot'"),
    ("{name: small, model", "{model", "8:5", "candidates[0]", "required key 'name' is missing"),
    ("name: tfidf", "name: small", "9:12", "candidates[1].name", "a second candidate called 'small'"),
    ("model: sklearn/tfidf-logreg", "model: sklearn/tfidf-logreg, prompts: [few-shot]", "9:57", "candidates[1].prompts", "takes no prompt"),
    ("model: sklearn/tfidf-logreg", "model: sklearn/tfidf-logreg, path: api", "9:54", "candidates[1].path", "is classical, not api"),
    (
        "model: sklearn/tfidf-logreg",
        "model: sklearn/tfidf-logreg, adapter: a.gguf",
        "9:57",
        "candidates[1].adapter",
        "only an embedded model",
    ),
    ("model: embedded/smollm2-135m", "model: embedded/m, adapter: a, path: api", "8:56", "candidates[0].path", "is fine-tuned, not api"),
    ("model: embedded/smollm2-135m", "model: embedded/m, rehearsal: {}", "8:49", "candidates[0].rehearsal", "only a `rehearsal/...` model"),
    ("model: embedded/smollm2-135m", "model: m, endpoint: localhost:8000", "8:39", "candidates[0].endpoint", "expected a URL"),
    ("model: embedded/smollm2-135m", "model: m, endpoint: 'http://[x'", "8:39", "candidates[0].endpoint", "expected a URL"),
    (
        "model: embedded/smollm2-135m",
        "model: m, endpoint: 'http://a:b@c/v1'",
        "8:39",
        "candidates[0].endpoint",
        "holds a user name or a password",
    ),
    (
        "model: embedded/smollm2-135m",
        "model: m, endpoint: 'http://c/v1?api-key=b'",
        "8:39",
        "candidates[0].endpoint",
        "goes on after a ? or #",
    ),
    (
        "model: embedded/smollm2-135m",
        "model: embedded/m, endpoint: 'http://a/v1'",
        "8:48",
        "candidates[0].endpoint",
        "answers on this machine, not at an endpoint",
    ),
    (
        "model: embedded/smollm2-135m",
        "model: m, parameters: {temperature: 3}",
        "8:55",
        "candidates[0].parameters.temperature",
        "of at least 0 and at most 2, got 3",
    ),
    (
        "model: embedded/smollm2-135m",
        "model: m, parameters: {maxtokens: 3}",
        "8:42",
        "candidates[0].parameters.maxtokens",
        "unknown key 'maxtokens'",
    ),
    (
        "model: embedded/smollm2-135m",
        "model: m, price: {input_usd_per_million: 1}",
        "8:36",
        "candidates[0].price",
        "required key 'output_usd_per_million' is missing",
    ),
    ("model: embedded/smollm2-135m", "model: m, path: finetuned", "8:35", "candidates[0].path", "expected 'api', 'fine-tuned'"),
    ("type: label", "type: lable", "11:12", "scorers[0].type", "unknown scorer 'lable'"),
    ("type: label", "type: label, lables: [a]", "11:19", "scorers[0].lables", "unknown key 'lables'"),
    ("type: label", "type: label, labels: a", "11:27", "scorers[0].labels", "expected a list, got the text 'a'"),
    ("type: label", "type: label, options: {}", "11:19", "scorers[0].options", "unknown key 'options'"),
    ("type: label, primary: true", "primary: true", "11:5", "scorers[0]", "required key 'type' is missing"),
    ("type: exact", "type: regex, pattern: '('", "12:5", "scorers[1]", "not a regular expression"),
    ("type: exact", "type: exact, primary: true", "12:28", "scorers[1].primary", "a second primary scorer"),
    ("type: exact", "type: label", "12:5", "scorers[1]", "a second score called 'label'"),
    ("type: label, primary: true", "type: label", "11:3", "scorers", "none of them is primary"),
    ("  accuracy_target: 0.95\n", "", "14:3", "decision", "required key 'accuracy_target' is missing"),
    (
        "accuracy_target: 0.95",
        "accuracy_target: 1.9",
        "14:20",
        "decision.accuracy_target",
        "expected a number above 0 and at most 1, got 1.9",
    ),
    (
        "accuracy_target: 0.95",
        "accuracy_target: ten",
        "14:20",
        "decision.accuracy_target",
        "expected a number above 0 and at most 1, got the text 'ten'",
    ),
    ("accuracy_target: 0.95", "accuracy_target:", "14:19", "decision.accuracy_target", "got nothing"),
    ("accuracy_target: 0.95", "accuracy_target: 012", "14:20", "decision.accuracy_target", "got the text '012'"),
    ("gap_rule: 44 of 50", "gap_rule: 60 of 50", "15:13", "decision.gap_rule", "60 of 50 can't be"),
    ("gap_rule: 44 of 50", "gap_rule: 0 of 50", "15:13", "decision.gap_rule", "0 of 50 can't be"),
    ("gap_rule: 44 of 50", "gap_rule: most", "15:13", "decision.gap_rule", "expected `k of n`"),
    ("gap_rule: 44 of 50", "thresholds: {most_leakages: 0.1}", "15:31", "decision.thresholds.most_leakages", "unknown threshold"),
    (
        "gap_rule: 44 of 50",
        "volume: {requests_per_month: 0}",
        "15:32",
        "decision.volume.requests_per_month",
        "at least 1 and at most 1e+12, got 0",
    ),
    ("gap_rule: 44 of 50", "<<: {}", "15:3", "decision.<<", "unknown key '<<'"),
]

# A whole file, the place and the words.
FILES = [
    ("", "", "the file is empty"),
    ("# only a remark\n", "", "the file is empty"),
    ("---\n", "", "the file is empty"),
    ("- name: tickets\n", "1:1", "got a list"),
    ("tickets", "1:1", "got one value"),
    ("name: tickets\n\tseed: 1\n", "2:1", "not YAML"),
    ("name: [tickets\n", "2:1", "not YAML"),
    ("name: a\x00b\n", "1:8", "U+0000"),
    ("name: tickets\n---\nname: again\n", "3:1", "a second document"),
    ('name: "\\ud800"\n', "1:7", "half a character"),
    ('name: "\\UFFFFFFFF"\n', "", "not YAML"),
    ("name: &a [*a]\n", "1:7", "within what it repeats"),
    ("name: *nobody\n", "1:7", "not YAML"),
    ("name: " + "[" * 90 + "]" * 90 + "\n", "1:71", "nested too deeply"),
    ("name: " + "[" * 5000, "", "nested too deeply"),
    (
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{new}: &{new} [{', '.join(['*' + old] * 10)}]\n" for old, new in zip("abcdef", "bcdefg", strict=True)),
        "1:35",
        "too large",
    ),
    ("a: &a '" + "x" * 50_000 + "'\nb: [" + ", ".join(["*a"] * 1000) + "]\n", "1:4", "too large"),
]


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(MistakesError) as caught:
        parse_suite(text, path=Path("suite.yaml"), scorer_options=scorer_options(), thresholds=THRESHOLDS)
    return caught.value.mistakes


def place(mistake: Mistake) -> str:
    return mistake.place.removeprefix("suite.yaml").removeprefix(":")


def test_the_suite_the_table_starts_from_is_good() -> None:
    parse_suite(GOOD, path=Path("suite.yaml"), scorer_options=scorer_options(), thresholds=THRESHOLDS)


@pytest.mark.parametrize(("old", "new", "where", "key", "words"), ROWS, ids=[f"{row[1][:40]}-{row[4][:30]}" for row in ROWS])
def test_a_mistake_is_said_with_its_place_and_in_plain_words(old: str, new: str, where: str, key: str, words: str) -> None:
    assert GOOD.count(old) == 1
    found = mistakes(GOOD.replace(old, new))
    mine = [each for each in found if words in each.message]
    assert mine, [str(each) for each in found]
    assert (place(mine[0]), mine[0].key) == (where, key)


@pytest.mark.parametrize(("text", "where", "words"), FILES, ids=range(len(FILES)))
def test_what_is_no_suite_at_all_is_one_mistake(text: str, where: str, words: str) -> None:
    found = mistakes(text)
    assert len(found) == 1, [str(each) for each in found]
    assert words in found[0].message
    assert place(found[0]) == where
    assert "\n" not in found[0].message


CAUSES_MORE = {"nme: tickets"}


@pytest.mark.parametrize("row", [row for row in ROWS if row[1] not in CAUSES_MORE], ids=lambda row: row[1][:40])
def test_one_slip_is_one_mistake(row: tuple[str, str, str, str, str]) -> None:
    found = mistakes(GOOD.replace(row[0], row[1]))
    assert len(found) == 1, [str(each) for each in found]


def test_a_price_without_its_keys_is_told_with_them_and_hides_no_other_mistake() -> None:
    text = GOOD.replace("prompts: [zero-shot, few-shot]}", "prompts: [zero-shot, few-shot], price: {usd_per_1k: 1}}")
    found = mistakes(text.replace("few-shot: {", "few: {"))
    told = " ".join(str(each) for each in found)
    for words in ("input_usd_per_million", "output_usd_per_million", "usd_per_1k", "few-shot"):
        assert words in told
