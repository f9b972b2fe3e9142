"""Nothing is decided by what a file, a candidate or a prompt is called: models, requests and data are what they are."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from gate_worlds import rows_text, texts
from story.commanding import bench, decided, finding

N = 400
PROMPTS = '{a: {user: "{{ input }}"}, b: {user: "Think. {{ input }}", strategy: chain-of-thought}, c: {extends: a, shots: 2}, '
PROMPTS += "d: {extends: a, shots: {k: 2, pick: nearest}}}"
PAYS = """\
  volume: {requests_per_month: 1_000_000}
  fine_tune: {training_cost_usd: 100, labelled_examples: 5000}
  costs: {prompt: {usd_per_1k: 10}, fine_tuned: {engineers: 0, usd_per_1k: 1}}
"""
FINE_TUNE = "{name: ft, path: fine-tuned, prompts: [a], base_model: openai/api"
EVERY = "prompts: [a, b, c, d]"


def row(candidate: str, prompt: str, at: int, right: bool, **more: object) -> dict[str, object]:
    return {"candidate": candidate, "prompt": prompt, "example_id": f"g{at}", "matched": right, **more}


def rows(shares: dict[tuple[str, str], float], *, n: int = N, **more: object) -> list[dict[str, object]]:
    return [row(who[0], who[1], at, at < share * n, **more) for who, share in shares.items() for at in range(n)]


def everything(*apis: str) -> dict[tuple[str, str], float]:
    return {**{(name, prompt): 0.4 for name in apis for prompt in "abcd"}, ("ft", "a"): 0.97}


def suite(folder: Path, candidates: Sequence[str], *, golden: bool = False, extra: str = "", prompts: str = PROMPTS) -> None:
    listed = "".join(f"  - {each}\n" for each in candidates)
    data = "golden_set: {path: golden.jsonl}\n" if golden else ""
    (folder / "suite.yaml").write_text(
        f"name: called\n{data}training_pool: {{path: pool.jsonl}}\n{extra}prompts: {prompts}\ncandidates:\n{listed}"
        f"scorers: [{{type: label, primary: true, labels: ['yes', 'no', 'maybe']}}]\ndecision:\n  accuracy_target: 0.9\n{PAYS}"
    )


def lines(path: Path, each: Iterable[object]) -> None:
    path.write_text("".join(json.dumps(one) + "\n" for one in each))


class TestRecordedAnswers:
    """A run whose answers come from files: the same rows in one file or in many."""

    TARGETS = ("yes", "no", "maybe")

    def world(self, folder: Path, *, apart: bool, tells: str = "", **facts: object) -> None:
        """Write a golden set and recorded answers of two APIs and a fine-tune, in one file or in a file for each."""
        (folder / "golden.jsonl").write_text(rows_text(range(N), "g"))
        (folder / "pool.jsonl").write_text(rows_text(range(5000, 5060), "p"))
        names = {"api": "openai/api", "big": "openai/big", "ft": "openai/ft:x"}
        candidates: list[str] = []
        kept: dict[str, list[dict[str, object]]] = {}
        for name, model in names.items():
            file = f"{name if apart else 'all'}.jsonl"
            more = f", stands_for: '{model}'" if tells == "suite" else ""
            path = ", path: fine-tuned, base_model: openai/api" if name == "ft" else ""
            # A recorded candidate has one prompt.
            for prompt in "a" if name == "ft" else "abcd":
                candidates.append(f"{{name: {name}-{prompt}, model: recorded/{file}, prompts: [{prompt}]{path}{more}}}")
                right = 0.97 if name == "ft" else 0.4
                told = {"model": model} if tells == "rows" else {}
                kept.setdefault(file, []).extend(
                    {"candidate": f"{name}-{prompt}", "prompt": prompt, "example_id": f"g{at}", **told, **facts,
                     "output": self.TARGETS[at % 3] if at < right * N else "unsure"}
                    for at in range(N)
                )  # fmt: skip
        for file, each in kept.items():
            lines(folder / file, each)
        suite(folder, candidates, golden=True)

    def verdict(self, folder: Path) -> dict[str, Any]:
        done = bench(folder, "run", "suite.yaml", "--stop", "none", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(max((folder / "reports").glob("*/*")).joinpath("verdict.json").read_text())
        return found

    @pytest.mark.parametrize("apart", [True, False])
    @pytest.mark.parametrize(
        ("tells", "word", "status"), [("suite", "fine-tune", "met"), ("rows", "fine-tune", "met"), ("", "more-evidence", "not-tested")]
    )
    def test_the_files_name_is_no_model(self, tmp_path: Path, tells: str, word: str, status: str, *, apart: bool) -> None:
        self.world(tmp_path, apart=apart, tells=tells)
        found = self.verdict(tmp_path)
        assert finding(found, "base-measured")["status"] == status
        assert finding(found, "prompt-effort")["status"] == status
        assert found["verdict"] == word, found["headline"]
        if not tells:
            assert "`stands_for`" in finding(found, "prompt-effort")["remedy"]
            assert "isn't known" in found["headline"]

    def test_a_second_row_of_one_answer_is_refused_with_its_line(self, tmp_path: Path) -> None:
        self.world(tmp_path, apart=True)
        with (tmp_path / "ft.jsonl").open("a") as file:
            file.write(json.dumps({"candidate": "ft-a", "prompt": "a", "example_id": "g3", "output": "yes"}) + "\n")
        done = bench(tmp_path, "run", "suite.yaml")
        assert done.returncode == 2
        assert f"ft.jsonl:{N + 1}: example_id: a second row of ft-a for g3" in done.stderr

    def test_a_row_of_an_example_nobody_asked_is_refused_with_its_line(self, tmp_path: Path) -> None:
        self.world(tmp_path, apart=True)
        with (tmp_path / "ft.jsonl").open("a") as file:
            file.write(json.dumps({"candidate": "ft-a", "prompt": "a", "example_id": "elsewhere", "output": "yes"}) + "\n")
        done = bench(tmp_path, "run", "suite.yaml")
        assert done.returncode == 2
        assert f"ft.jsonl:{N + 1}: example_id: the suite's golden set has no example 'elsewhere'" in done.stderr

    def test_only_recorded_answers_stand_for_a_model(self, tmp_path: Path) -> None:
        suite(tmp_path, ["{name: api, model: openai/api, stands_for: openai/other, prompts: [a]}"])
        assert "only recorded answers stand for a model" in bench(tmp_path, "check", "suite.yaml").stderr


class TestRequests:
    """What counts as a try is what was sent."""

    def test_two_spellings_of_a_model_are_one(self, tmp_path: Path) -> None:
        apis = [f"{{name: one, model: openai/api, {EVERY}}}", f"{{name: two, model: openai/API, {EVERY}}}"]
        suite(tmp_path, [*apis, FINE_TUNE + "}"])
        lines(tmp_path / "rows.jsonl", rows(everything("one", "two")))
        found = decided(tmp_path)
        assert finding(found, "prompt-effort")["status"] == "not-met"
        assert "on 1 prompted model" in finding(found, "prompt-effort")["sentence"]
        assert "one/a and two/a are duplicates: they send the same request, and count as one try." in found["warnings"]
        # What is called otherwise and is the base all the same has a before and after.
        assert finding(found, "base-measured")["status"] == "met"
        assert found["verdict"] != "fine-tune"

    @pytest.mark.parametrize(
        "twin",
        [
            '{user: "{{ input }}", strategy: chain-of-thought}',
            "{extends: a, strategy: chain-of-thought}",
            '{user: " {{input}}  ", strategy: chain-of-thought}',
            '{user: "{{ input }}", strategy: chain-of-thought, extract: {after: "A:"}}',
        ],
    )
    def test_the_same_words_under_another_strategy_are_one(self, tmp_path: Path, twin: str) -> None:
        apis = [f"{{name: {name}, model: openai/{name}, prompts: [a, b, d]}}" for name in ("one", "two")]
        prompts = f'{{a: {{user: "{{{{ input }}}}"}}, b: {twin}, d: {{extends: a, shots: {{k: 2, pick: nearest}}}}}}'
        suite(tmp_path, [*apis, FINE_TUNE.replace("openai/api", "openai/one") + "}"], prompts=prompts)
        kept = {who: share for who, share in everything("one", "two").items() if who[1] != "c"}
        lines(tmp_path / "rows.jsonl", rows(kept))
        found = decided(tmp_path)
        assert "2 prompt strategies measured" in finding(found, "prompt-effort")["sentence"]
        assert finding(found, "prompt-effort")["status"] == "not-met"
        assert any("one/a and one/b are duplicates" in each for each in found["warnings"])
        (tmp_path / "suite.yaml").write_text(
            (tmp_path / "suite.yaml").read_text().replace(twin, '{user: "Step by step. {{ input }}", strategy: chain-of-thought}')
        )
        assert finding(decided(tmp_path), "prompt-effort")["status"] == "met"

    def test_a_run_counts_its_own_requests(self, tmp_path: Path) -> None:
        (tmp_path / "golden.jsonl").write_text(rows_text(range(60), "g"))
        (tmp_path / "pool.jsonl").write_text(rows_text(range(5000, 5060), "p"))
        twins = '{a: {user: "{{ input }}"}, b: {user: "{{ input }}", strategy: chain-of-thought}}'
        models = [f"{{name: m{at}, model: rehearsal/{name}, prompts: [a, b]}}" for at, name in enumerate(("base", "BASE"))]
        suite(tmp_path, models, golden=True, prompts=twins)
        assert bench(tmp_path, "run", "suite.yaml").returncode == 0
        found = json.loads(max((tmp_path / "reports").glob("*/*")).joinpath("verdict.json").read_text())
        assert finding(found, "prompt-effort")["sentence"].startswith("1 prompt strategy measured (zero-shot) on 1 prompted model;")
        assert any("m0/a and m0/b and m1/a and m1/b are duplicates" in each for each in found["warnings"])


class TestRowsFromAnywhere:
    """`bench decide` looks at everything the suite names, as a run does."""

    APIS = (f"{{name: one, model: openai/api, {EVERY}}}", f"{{name: two, model: openai/two, {EVERY}}}")

    def world(self, folder: Path, *, tuned: str = "}", **files: str) -> None:
        suite(folder, [*self.APIS, FINE_TUNE + tuned], golden=True)
        for name, text in {"golden": rows_text(range(N), "g"), "pool": rows_text(range(5000, 5080), "p"), **files}.items():
            (folder / f"{name}.jsonl").write_text(text)
        lines(folder / "rows.jsonl", rows(everything("one", "two")))

    def test_a_clean_suite_is_told_clean(self, tmp_path: Path) -> None:
        self.world(tmp_path)
        found = decided(tmp_path)
        assert finding(found, "leakage")["status"] == "met"
        assert found["verdict"] == "fine-tune"

    @pytest.mark.parametrize("where", ["pool", "trained"])
    def test_a_fine_tune_that_saw_the_exam_is_invalid(self, tmp_path: Path, where: str) -> None:
        leaky = "".join(
            json.dumps({"id": f"x{at}", "input": text + " so", "target": "yes"}) + "\n" for at, text in enumerate(texts(range(60)))
        )
        self.world(tmp_path, tuned=", trained_on: {path: trained.jsonl}}", **{"trained": rows_text(range(7000, 7050), "t"), where: leaky})
        found = decided(tmp_path)
        assert found["verdict"] == "invalid"
        assert "60 of 400 golden examples stand in" in finding(found, "leakage")["sentence"]

    @pytest.mark.parametrize("gone", ["pool", "golden", "trained"])
    def test_what_is_not_here_is_told_and_not_taken_for_clean(self, tmp_path: Path, gone: str) -> None:
        self.world(tmp_path, tuned=", trained_on: {path: trained.jsonl}}", trained=rows_text(range(7000, 7050), "t"))
        (tmp_path / f"{gone}.jsonl").unlink()
        found = decided(tmp_path)
        leakage = finding(found, "leakage")
        assert leakage["status"] == "not-tested"
        assert f"({gone}.jsonl)" in leakage["sentence"]
        assert "no training pool" not in leakage["sentence"]
        assert any(each.startswith("Not looked at, because it isn't here:") and f"{gone}.jsonl" in each for each in found["warnings"])

    def edited(self, folder: Path, **change: object) -> str:
        self.world(folder)
        kept = [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]
        kept[6] = {**kept[6], **change}
        lines(folder / "rows.jsonl", kept)
        done = bench(folder, "decide", "suite.yaml", "--results", "rows.jsonl")
        assert done.returncode == 2, done.stdout
        return done.stderr

    def test_a_row_of_no_golden_example_is_refused_with_its_line(self, tmp_path: Path) -> None:
        told = self.edited(tmp_path, example_id="elsewhere")
        assert "rows.jsonl:7: example_id: the suite's golden set has no example 'elsewhere'" in told

    def test_a_row_with_another_target_is_refused_with_its_line(self, tmp_path: Path) -> None:
        assert "rows.jsonl:7: target: g6 has the target 'no' here and 'yes' in the golden set" in self.edited(tmp_path, target="no")

    def test_clusters_and_targets_of_the_golden_set_count_where_rows_tell_none(self, tmp_path: Path) -> None:
        clustered = [{**json.loads(line), "cluster": f"c{at // 40}"} for at, line in enumerate(rows_text(range(N), "g").splitlines())]
        self.world(tmp_path, golden="".join(json.dumps(each) + "\n" for each in clustered))
        apart = decided(tmp_path)
        lines(
            tmp_path / "rows.jsonl",
            [{**each, "cluster": f"c{int(str(each['example_id'])[1:]) // 40}"} for each in rows(everything("one", "two"))],
        )
        assert decided(tmp_path)["difference"] == apart["difference"]
        self.world(tmp_path)
        assert decided(tmp_path)["difference"]["interval"] != apart["difference"]["interval"]

    def test_rows_of_a_part_of_the_golden_set_are_told(self, tmp_path: Path) -> None:
        self.world(tmp_path)
        lines(tmp_path / "rows.jsonl", rows(everything("one", "two"), n=200))
        assert "Only 200 of 400 golden examples have rows." in decided(tmp_path)["warnings"]

    @pytest.mark.parametrize(("model", "status"), [("openai/api", "met"), ("", "not-tested")])
    def test_rows_may_tell_which_model_answered(self, tmp_path: Path, model: str, status: str) -> None:
        suite(tmp_path, [f"{{name: {name}, path: api, {EVERY}}}" for name in ("one", "two")] + [FINE_TUNE + "}"])
        told = {"one": model, "two": model and "openai/two"}
        lines(tmp_path / "rows.jsonl", [{**each, "model": told.get(str(each["candidate"]), "")} for each in rows(everything("one", "two"))])
        found = decided(tmp_path)
        assert finding(found, "base-measured")["status"] == status
        assert finding(found, "prompt-effort")["status"] == status
        assert (found["verdict"] == "fine-tune") is (status == "met")
