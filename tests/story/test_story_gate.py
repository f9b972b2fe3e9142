"""From a run to a merged decision, as a team does it; and what a bundle holds, costs and needs."""

import contextlib
import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gate_worlds import ID, World, propose_in, rows_text, suite_text, texts, world
from story.commanding import bench

from benchharness.pipeline.propose import ProposeOptions, propose
from benchharness.records.comparison import Stopping
from benchharness.report.gate import markdown, text
from benchharness.suite.yaml_reading import read_yaml

HEAVY = ("pandas", "pyarrow", "litellm", "datasets", "sklearn", "httpx", "matplotlib", "jinja2")
FILES = ("manifest.json", "run.json", "scores.jsonl.gz", "verdict.json")


def outcome(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    done = bench(folder, "gate", "--json", *options)
    assert len(done.stdout.splitlines()) == 1
    told: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, told


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("started")
    for name in ("suites", "goldensets"):
        (folder / name).mkdir()
    (folder / "suites/suite.yaml").write_text(suite_text("justified"))
    (folder / "goldensets/golden.jsonl").write_text(rows_text(range(100), "g"))
    (folder / "goldensets/pool.jsonl").write_text(rows_text(range(1000, 1040), "p"))
    done = bench(folder, "run", "suites/suite.yaml", "--stop", "none", "--brief")
    assert done.returncode == 0, done.stderr
    return folder


class TestFromARunToAMergedDecision:
    def test_run_propose_gate_finish_decide_gate(self, started: Path, tmp_path: Path) -> None:
        shutil.copytree(started, tmp_path, dirs_exist_ok=True)
        run = next((tmp_path / "reports").glob("*/*")).relative_to(tmp_path)
        done = bench(tmp_path, "propose", ID, "--from", str(run))
        assert done.returncode == 0, done.stderr
        assert "finish the lines with TODO" in done.stdout
        assert "The evidence says: fine-tune." in done.stdout
        proposal = tmp_path / f"suites/proposals/{ID}.yaml"

        code, told = outcome(tmp_path)
        assert (code, told["outcome"], told["exit_code"]) == (13, "waiting", 13)
        assert f"suites/proposals/{ID}.yaml" in told["proposals"][0]["to_merge"]

        text = re.sub(r'"TODO[^"]*"', '"Because our reviewers say so."', proposal.read_text())
        day = told["proposals"][0]["evidence"]["measured"]
        text += f"decision:\n  outcome: approved\n  by: ['@lead']\n  date: {day}\n  reason: It pays.\n  valid_until: {told['today']}\n"
        text += f"  evidence: {told['proposals'][0]['evidence']['digest']}\n"
        proposal.write_text(text)
        code, told = outcome(tmp_path)
        assert (code, told["outcome"]) == (0, "passed")
        assert told["proposals"][0]["decision"] == "approved"

        done = bench(tmp_path, "propose", ID, "--from", str(run))
        assert done.returncode == 2
        assert "--force" in done.stderr

    def test_a_run_that_may_stop_early_can_be_proposed_from(self, tmp_path: Path) -> None:
        here = world("justified", tmp_path)
        propose_in(here.root, name="FT-0002", stop=Stopping.CURTAIL)
        assert {each.id: each.exit_code for each in here.gate().proposals} == {ID: 13, "FT-0002": 13}


class TestTheOptions:
    def test_each_format_says_it_on_stdout_and_each_file_where_it_is_wanted(self, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        files = ("--comment", "c.md", "--summary", "s.md", "--junit", "j.xml", "--sarif", "x.sarif")
        done = bench(here.root, "gate", "--format", "github", "--today", here.days(0), *files)
        assert done.returncode == 10
        assert done.stdout.startswith(f"::error file=suites/proposals/{ID}.yaml,line=")
        assert done.stdout.rstrip().endswith("GATE  not justified · exit code 10")
        assert "<testsuites" in (tmp_path / "j.xml").read_text()
        assert json.loads((tmp_path / "x.sarif").read_text())["runs"]
        assert (tmp_path / "c.md").read_text().startswith("### bench gate: FT-0001 is **not justified** ✗")
        assert (tmp_path / "s.md").read_text().count("FT-0001") > 1

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            (["--fail-on", "not-justified"], 10), (["--fail-on", "stale,mismatch"], 0),
            ([f"suites/proposals/{ID}.yaml", "--exit-zero"], 0),
        ],
    )  # fmt: skip
    def test_what_fails_can_be_chosen_and_what_is_said_stays(self, options: list[str], code: int, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        done = bench(here.root, "gate", "--today", here.days(0), *options)
        assert done.returncode == code
        assert "isn't justified by the evidence" in done.stdout

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["nobody.yaml"], ["nobody.yaml", "no such proposal"]), (["--fail-on", "bad"], ["'bad'", "not-justified"]),
            (["--base", "main"], ["git repository"]), (["--policy", "none.yaml"], ["none.yaml"]),
        ],
    )  # fmt: skip
    def test_wrong_use_is_one_message(self, options: list[str], words: list[str], tmp_path: Path) -> None:
        done = bench(tmp_path, "gate", *options)
        assert done.returncode == 2
        assert done.stdout == ""
        for word in words:
            assert word in done.stderr

    def test_where_nothing_is_proposed_nothing_is_checked(self, tmp_path: Path) -> None:
        code, told = outcome(tmp_path)
        assert (code, told["outcome"], told["proposals"]) == (0, "nothing-to-check", [])

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["../x", "--from", "."], ["'../x'"]), (["FT-1", "--from", "gone"], ["gone"]),
            (["FT-1", "--from", ".", "--kind", "magic"], ["magic", "self-host"]),
        ],
    )  # fmt: skip
    def test_proposing_wrongly_is_one_message(self, arguments: list[str], words: list[str], tmp_path: Path) -> None:
        done = bench(tmp_path, "propose", *arguments)
        assert done.returncode == 2
        for word in words:
            assert word in done.stderr
        assert not (tmp_path / "suites").exists()


class TestRenewing:
    @pytest.mark.parametrize(
        "written",
        [
            lambda text: text,
            lambda text: text.replace("\n", "\r\n"),
            lambda text: "\ufeff" + text,
            lambda text: text.replace("# Begun by", "# \u00e4\U0001f600 mine  \t\n\n# Begun by") + "\n\n# the end, without a newline",
            lambda text: text.replace("created:", "created :   ").replace(
                "recheck: {every_days: 90}", "recheck:  { every_days : 90 }  # mine"
            ),
            lambda text: json.dumps(read_yaml(text, name="x").value),
        ],
        ids=["as begun", "CRLF", "a byte order mark", "comments", "spacing", "on one line"],
    )
    def test_every_byte_a_person_wrote_stays_but_the_digest(self, written: Callable[[str], str], tmp_path: Path) -> None:
        here = world("justified", tmp_path)
        old = here.proposal.read_text()
        here.proposal.write_bytes(written(old).encode())
        before = here.proposal.read_bytes()
        # The same run with other training data: another bundle, and so another digest.
        other = here.root / "goldensets/other.jsonl"
        other.write_text(rows_text(range(2000, 2040), "q"))
        with contextlib.chdir(here.root):
            propose(ProposeOptions(id=ID, run=here.run, force=True, training_data=other, today=here.days(0)))
        after = here.proposal.read_bytes()
        digests = [re.findall(rb"sha256:[0-9a-f]{64}", data) for data in (before, after)]
        assert re.sub(rb"sha256:[0-9a-f]{64}", b"", before) == re.sub(rb"sha256:[0-9a-f]{64}", b"", after)
        # Two digests stand there: of the training data, which is a person's, and of the evidence, which is new.
        (data, evidence), (kept, renewed) = digests
        assert data == kept
        assert evidence != renewed


class TestWhatABundleHolds:
    def test_no_text_of_question_target_or_answer(self, tmp_path: Path) -> None:
        for name in ("suites", "goldensets"):
            (tmp_path / name).mkdir()
        rows = [
            {
                "id": f"g{at}", "input": f"wordin{at} {text}", "target": f"wordout{at % 7} wordout",
                "metadata": {"note": "wordmeta"},
            }
            for at, text in enumerate(texts(range(60)))
        ]  # fmt: skip
        # Doubles and contradictions, so that the facts of the data have something to say.
        rows += [{**rows[0], "id": "g90"}, {**rows[1], "id": "g91", "target": "wordout6 wordout"}]
        (tmp_path / "goldensets/golden.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows))
        (tmp_path / "goldensets/pool.jsonl").write_text(json.dumps({**rows[2], "id": "p1", "input": "wordin of the pool"}) + "\n")
        text = suite_text("justified").replace('wrong: "yes"', "wrong: wordwrong, refuse: 0.1, truncate: 0.1, fail: 0.02")
        text = re.sub(r"scorers: .*", "scorers: [{type: exact, primary: true}]", text)
        text = re.sub(r"  (few|near): .*\n", "", text).replace("[zero, few, near]", "[zero]")
        (tmp_path / "suites/suite.yaml").write_text(text)
        propose_in(tmp_path)
        bundle = tmp_path / f"suites/proposals/evidence/{ID}"
        assert sorted(each.name for each in bundle.iterdir()) == sorted(FILES)
        for name in FILES:
            data = (bundle / name).read_bytes()
            plain = gzip.decompress(data) if name.endswith(".gz") else data
            if name == "run.json":
                # The suite's own text stands in the repository already.
                plain = json.dumps({**json.loads(plain), "suite_text": ""}).encode()
            found = re.findall(rb"word(?:in|out|meta|wrong)[^\"]{0,40}", plain)
            assert not found, f"{name}: {found[:3]}"
            assert b"I can't help" not in plain
            assert str(tmp_path).encode() not in plain

    def test_two_hundred_examples_by_eight_candidates_are_small(self, tmp_path: Path) -> None:
        for name in ("suites", "goldensets"):
            (tmp_path / name).mkdir()
        (tmp_path / "goldensets/golden.jsonl").write_text(rows_text(range(200), "g"))
        (tmp_path / "goldensets/pool.jsonl").write_text(rows_text(range(1000, 1010), "p"))
        head, rest = suite_text("justified").split("candidates:\n")
        price = "{{input_usd_per_million: 5, output_usd_per_million: 5}}"
        entry = "  - {{name: m{at}, model: rehearsal/m{at}, prompts: [zero], rehearsal: {{accuracy: 0.{at}}}, price: " + price + "}}\n"
        eight = "".join(entry.format(at=at) for at in range(1, 9))
        (tmp_path / "suites/suite.yaml").write_text(f"{head}candidates:\n{eight}scorers:{rest.split('scorers:')[1]}")
        propose_in(tmp_path)
        bundle = tmp_path / f"suites/proposals/evidence/{ID}"
        sizes = {name: (bundle / name).stat().st_size for name in FILES}
        print(f"bundle of 200 × 8: {sum(sizes.values()) / 1024:.1f} KiB {sizes}")  # noqa: T201 - measured, for whoever looks
        assert sum(sizes.values()) <= 60_000


class TestWhatTheGateNeeds:
    CODE = """
import os, socket, sys
sys.path.insert(0, {root!r})
assert not set(os.environ) - {{"LC_CTYPE"}}, os.environ

def refused(*_, **__):
    raise OSError("no network here")

socket.socket = socket.create_connection = socket.getaddrinfo = refused
from benchharness.cli.main import bench
try:
    bench.main(["gate", *{arguments!r}], standalone_mode=False)
    code = 0
except SystemExit as done:
    code = done.code
print("CODE", code)
print("LOADED", *[name for name in {heavy!r} if name in sys.modules])
"""

    def test_no_network_no_environment_and_nothing_heavy(self, root: Path, tmp_path: Path) -> None:
        here = world("not-justified", tmp_path, reports=False)
        here.begin()
        here.commit()
        code = self.CODE.format(root=str(root), arguments=["--base", "main", "--today", here.days(0)], heavy=HEAVY)
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={}, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-2:] == ["CODE 10", "LOADED"]


class TestEntityResolution:
    """Pairs of records to be matched: a fine-tune that saw most of the exam, and the same one trained honestly."""

    SUITE = """\
name: entity-resolution
description: Do two records of a register mean the same company?
golden_set: {path: ../goldensets/golden.jsonl}
training_pool: {path: ../goldensets/pool.jsonl}
prompts:
  zero: {user: "{{ input }}"}
  few: {extends: zero, shots: 4}
  near: {extends: zero, shots: {k: 4, pick: nearest}}
candidates:
  - {name: mini, model: rehearsal/base, prompts: [zero, few, near], rehearsal: {accuracy: 0.62, wrong: unsure}}
  - {name: midi, model: rehearsal/midi, prompts: [zero], rehearsal: {accuracy: 0.7, wrong: unsure}}
  - name: matcher
    path: fine-tuned
    model: recorded/matcher.jsonl
    base_model: rehearsal/base
    prompts: [zero]
    trained_on: {path: ../goldensets/trained.jsonl}
scorers: [{type: label, primary: true, labels: [same, different]}]
decision:
  accuracy_target: 0.95
  fine_tune: {labelled_examples: 5000, training_cost_usd: 100}
  volume: {requests_per_month: 1000000}
  costs: {prompt: {usd_per_1k: 10}, fine_tuned: {engineers: 0, usd_per_1k: 1}}
"""
    PAIRS, NEAR, SHARED = 120, 60, 24

    def pair(self, at: int, variant: int = 0) -> dict[str, str]:
        """Return two records of the company of that number, told anew by variant."""
        (text,) = texts([at])
        street = "street" if variant == 0 else f"lane{at} quarter{at} mill{at} yard{at}"
        return {
            "id": f"pair{at}" if variant == 0 else f"row{at}v{variant}",
            "input": f"{text} {street} | {' '.join(reversed(text.split()))} limited",
            "target": ("same", "different")[at % 2],
            "cluster": f"company{at}",
        }

    def write(self, folder: Path, *, leaked: bool) -> World:
        for name in ("suites", "goldensets"):
            (folder / name).mkdir(parents=True)
        golden = [self.pair(at) for at in range(self.PAIRS)]
        near = [{**self.pair(at), "id": f"copy{at}", "input": f"{self.pair(at)['input']} gmbh", "cluster": ""} for at in range(self.NEAR)]
        shared = [self.pair(at, variant=1) for at in range(self.NEAR, self.NEAR + self.SHARED)]
        clean = [self.pair(at) for at in range(1000, 1080)]
        trained = [*clean, *(near + shared if leaked else [])]
        seen = self.NEAR + self.SHARED if leaked else 0
        # Right on whatever it has seen, right on every second of the rest.
        answers = [
            {
                "candidate": "matcher", "prompt": "zero", "example_id": each["id"], "matched": None,
                "output": each["target"] if at < seen or at % 4 < 2 else "unsure",
            }
            for at, each in enumerate(golden)
        ]  # fmt: skip
        for name, rows in {"goldensets/golden": golden, "goldensets/trained": trained, "goldensets/pool": clean[:40]}.items():
            plain = [{key: value for key, value in each.items() if value} for each in rows]
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in plain))
        (folder / "suites/matcher.jsonl").write_text("".join(json.dumps(each) + "\n" for each in answers))
        (folder / "suites/suite.yaml").write_text(self.SUITE)
        propose_in(folder, training_data=Path("goldensets/trained.jsonl"))
        started = json.loads((folder / f"suites/proposals/evidence/{ID}/run.json").read_text())["started_at"]
        return World(folder.resolve(), date.fromisoformat(started[:10]))

    def test_a_matcher_that_saw_the_exam_is_refused_with_the_examples_and_both_scores(self, tmp_path: Path) -> None:
        here = self.write(tmp_path, leaked=True)
        done = bench(here.root, "gate", "--today", here.days(0), "--comment", "comment.md")
        assert done.returncode == 10
        report = here.gate()
        (told,) = report.proposals
        assert told.verdict == "invalid"
        assert "leakage" in told.reasons
        line = next(each for each in told.lines if each.name.startswith("matcher"))
        # Taken at its word it would have won by far.
        assert line.matched == 102
        for page in (" ".join(done.stdout.split()), markdown.comment(report, valid_at="x"), (tmp_path / "comment.md").read_text()):
            assert "84 of 120" in page
            assert "84 of 84 leaked" in page
            assert "18 of 36 clean" in page
            assert "pair0" in page
            assert "trained.jsonl" in page
        assert "nearly the same" in told.headline
        assert "of the same cluster" in told.headline
        # Neither a waiver nor an approval gets it in.
        here.waive(("leakage", 30), ("verdict", 30))
        here.decide("approved")
        assert here.gate().exit_code == 10

    def test_trained_honestly_it_collapses_and_doesnt_beat_the_prompt(self, tmp_path: Path) -> None:
        here = self.write(tmp_path, leaked=False)
        report = here.gate()
        (told,) = report.proposals
        assert report.exit_code == 10
        assert "leakage" not in told.reasons
        assert "fine-tune-beats-prompt" in told.reasons
        line = next(each for each in told.lines if each.name.startswith("matcher"))
        assert line.matched == 60
        assert told.difference is not None
        assert told.difference[0] < 0
        assert "fine-tune-beats-prompt" in text.render(report)


@pytest.mark.parametrize("option", ["--comment", "--summary", "--junit", "--sarif"])
def test_a_file_that_cannot_be_written_is_one_message(option: str, tmp_path: Path) -> None:
    done = bench(tmp_path, "gate", option, "nowhere/file")
    assert done.returncode == 2
    assert "nowhere/file: can't be written" in done.stderr
    assert f"name another file with {option}" in done.stderr
