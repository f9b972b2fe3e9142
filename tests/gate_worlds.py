"""Small repositories with a real run, its evidence and a proposal, one for each thing evidence can say; and what a forger does to them."""

import atexit
import contextlib
import gzip
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from benchharness.digests import file_hash
from benchharness.gate.bundle import read_bundle
from benchharness.pipeline.gate import GateOptions, gate
from benchharness.pipeline.gating.bundle import conclude_bundle, measured_of
from benchharness.pipeline.loading.policy import suite_of
from benchharness.pipeline.propose import ProposeOptions, propose
from benchharness.pipeline.run import Options, run
from benchharness.records.comparison import Stopping
from benchharness.records.gate import GateReport, ProposalReport
from benchharness.records.json_form import dumps
from benchharness.records.proposal import Kind
from benchharness.suite.proposal_reading import read_proposal

__all__ = ["ID", "KINDS", "World", "git", "propose_in", "rows_text", "suite_text", "texts", "world"]

ID = "FT-0001"
WORDS = ("amber", "basin", "cedar", "delta", "ember", "flint", "grove", "haven", "inlet", "jetty", "knoll", "larch", "marsh", "nook")
LABELS = ("yes", "no", "maybe")
SUITE = """\
name: {name}
golden_set: {{path: ../goldensets/golden.jsonl}}
training_pool: {{path: ../goldensets/pool.jsonl}}
prompts:
  zero: {{user: "{{{{ input }}}}"}}
  few: {{extends: zero, shots: 4}}
  near: {{extends: zero, shots: {{k: 4, pick: nearest}}}}
candidates:
  - name: mini
    model: rehearsal/base
    prompts: [zero, few, near]
    rehearsal: {{accuracy: {mini}, wrong: "yes"}}
    price: {{input_usd_per_million: 5, output_usd_per_million: 5}}
  - name: midi
    model: rehearsal/midi
    prompts: [zero]
    rehearsal: {{accuracy: {midi}}}
    price: {{input_usd_per_million: 5, output_usd_per_million: 5}}
{tuned}
scorers: [{{type: label, primary: true, labels: ["yes", "no", "maybe"]}}]
decision:
  accuracy_target: 0.9
  volume: {{requests_per_month: 1000000}}
  fine_tune: {{labelled_examples: 5000, training_cost_usd: 100}}
  costs: {{prompt: {{usd_per_1k: 10}}, fine_tuned: {{engineers: 0, usd_per_1k: 1}}}}
{more}"""
TUNED = """\
  - name: tuned
    model: rehearsal/tuned
    path: {path}
    base_model: rehearsal/base
    prompts: [zero]
    rehearsal: {{accuracy: {tuned}}}
    price: {{input_usd_per_million: 1, output_usd_per_million: 1}}"""
# What the evidence says: accuracies of the two prompted models and the one's own, its path, and what the policy adds.
KINDS: dict[str, tuple[float, float, float | None, str, str]] = {
    "justified": (0.4, 0.5, 0.99, "fine-tuned", ""),
    "not-justified": (0.95, 0.9, 0.97, "fine-tuned", ""),
    "inconclusive": (0.6, 0.7, 0.8, "fine-tuned", ""),
    "trial": (0.4, 0.5, None, "", ""),
    "self-host": (0.4, 0.5, 0.99, "self-hosted", "  privacy: {offline: true}\n"),
}


def suite_text(kind: str) -> str:
    """Return the suite of a kind of world."""
    mini, midi, own, path, more = KINDS[kind]
    tuned = "" if own is None else TUNED.format(path=path, tuned=own)
    return SUITE.format(name=kind, mini=mini, midi=midi, tuned=tuned, more=more).replace("\n\n", "\n")


def texts(numbers: Iterable[int]) -> list[str]:
    """Return texts of twelve words, no two with many in common."""
    return [" ".join(f"{WORDS[(at * 7 + each * each) % len(WORDS)]}{at}" for each in range(12)) for at in numbers]


def rows_text(numbers: range, prefix: str) -> str:
    """Return examples as JSON Lines."""
    rows = [{"id": f"{prefix}{at}", "input": text, "target": LABELS[at % 3]} for at, text in zip(numbers, texts(numbers), strict=True)]
    return "".join(json.dumps(row) + "\n" for row in rows)


def git(folder: Path, *arguments: str) -> str:
    """Run git in a repository, with nothing of the developer's own settings; return what it prints."""
    settings = ("user.name=A", "user.email=a@example.org", "commit.gpgsign=false", "core.autocrlf=false", "protocol.file.allow=always")
    options = [part for each in settings for part in ("-c", each)]
    done = subprocess.run(["git", *options, "-C", str(folder), *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"git {arguments}: {done.stderr}"
    return done.stdout.strip()


@dataclass(frozen=True)
class World:
    """One repository: a suite, its data, a finished run, a proposal with its evidence."""

    root: Path
    day: date
    """The day of the run, by which the tests judge."""

    @property
    def suite(self) -> Path:
        return self.root / "suites/suite.yaml"

    @property
    def policy(self) -> Path:
        return self.root / "suites/gate.yaml"

    @property
    def proposal(self) -> Path:
        return self.root / f"suites/proposals/{ID}.yaml"

    @property
    def bundle(self) -> Path:
        return self.root / f"suites/proposals/evidence/{ID}"

    @property
    def golden(self) -> Path:
        return self.root / "goldensets/golden.jsonl"

    @property
    def pool(self) -> Path:
        return self.root / "goldensets/pool.jsonl"

    @property
    def run(self) -> Path:
        return max((self.root / "reports").glob("*/*"))

    def days(self, after: int) -> str:
        """Return a day, counted from the run's."""
        return (self.day + timedelta(days=after)).isoformat()

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace what stands in a file; it has to stand there."""
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} isn't in {path}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, text: str) -> None:
        """Add lines to the proposal."""
        with self.proposal.open("a", encoding="utf-8") as file:
            file.write(text)

    def decide(self, outcome: str, *, until: int = 30, made: int = 0, applies_to: Iterable[str] = (), reason: str = "because") -> None:
        """Add what people decided on this evidence, the lines left to do done; days count from the run's."""
        text = self.proposal.read_text(encoding="utf-8")
        self.proposal.write_text(text.replace('"TODO', '"Done').replace("TODO", "done"), encoding="utf-8")
        (digest,) = re.findall(r'evidence: .*digest: "?(sha256:[0-9a-f]{64})', text)
        self.add(
            f"decision:\n  outcome: {outcome}\n  by: ['@lead']\n  date: {self.days(made)}\n  reason: {json.dumps(reason)}\n"
            f"  evidence: {digest}\n"
            f"  valid_until: {self.days(until)}\n  applies_to: {json.dumps(list(applies_to))}\n"
        )

    def waive(self, *waivers: tuple[str, int]) -> None:
        """Add waivers: a check, and the days left from the run's day."""
        told = [f"  - {{check: {check}, reason: a contract, approved_by: '@cto', expires: {self.days(left)}}}\n" for check, left in waivers]
        self.add("waivers:\n" + "".join(told))

    def gate(self, *, after: int = 0, **options: Any) -> GateReport:
        """Return what the gate says of this repository, some days after the run."""
        return gate(GateOptions(today=self.day + timedelta(days=after), folder=self.root, **options))

    def judged(self, **options: Any) -> ProposalReport:
        """Return what the gate says of the one proposal."""
        (found,) = self.gate(**options).proposals
        return found

    def begin(self, *, without_reports: bool = True) -> str:
        """Make it a git repository whose base has the suite and its data, and neither proposal nor run; return the base."""
        git(self.root, "init", "-q", "-b", "main")
        (self.root / ".gitignore").write_text(".bench/\n" + ("reports/\n" if without_reports else ""))
        git(self.root, "add", "-A", "--", ".gitignore", ":(glob)suites/*.yaml", "goldensets")
        git(self.root, "commit", "-q", "-m", "base")
        git(self.root, "checkout", "-q", "-b", "pull-request")
        return "main"

    def commit(self, message: str = "change") -> None:
        """Commit all there is."""
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", message)

    def merge(self) -> None:
        """Make what's committed the base of the next pull request."""
        self.commit("merged")
        git(self.root, "branch", "-f", "main", "HEAD")

    def reseal(self, *, verdict: bool = True) -> None:
        """Do what a forger does: the digests, and the verdict when asked, are made again for files as they lie here now."""
        manifest = read_manifest(self.bundle)
        if verdict:
            seal(self.bundle, manifest)
            bundle = read_bundle(self.bundle, file_hash(self.bundle / "manifest.json"), shown="x")
            measured = measured_of(bundle.examples, bundle.rows, bundle.record, suite_of(bundle.record))
            (self.bundle / "verdict.json").write_text(dumps(conclude_bundle(bundle.record, measured).verdict), encoding="utf-8")
        digest = seal(self.bundle, manifest)
        old = read_proposal(self.proposal).record.evidence.digest
        self.edit(self.proposal, old, digest)

    def forge_record(self, change: Callable[[dict[str, Any]], None], *, verdict: bool = True) -> None:
        """Change run.json and seal the bundle again."""
        path = self.bundle / "run.json"
        record = json.loads(path.read_text())
        change(record)
        path.write_text(json.dumps(record))
        self.reseal(verdict=verdict)

    def forge_manifest(self, **changed: Any) -> None:
        """Change manifest.json and have the proposal name it."""
        path = self.bundle / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))
        self.edit(self.proposal, read_proposal(self.proposal).record.evidence.digest, file_hash(path))

    def forge_scores(self, change: Callable[[dict[str, Any]], None], *, verdict: bool = True) -> None:
        """Change rows of the scores and seal the bundle again."""
        lines = self.scores()
        for each in lines:
            change(each)
        self.write_scores(json.dumps(each).encode() + b"\n" for each in lines)
        self.reseal(verdict=verdict)

    def scores(self) -> list[dict[str, Any]]:
        """Return every line of the scores."""
        return [json.loads(line) for line in gzip.decompress((self.bundle / "scores.jsonl.gz").read_bytes()).splitlines()]

    def write_scores(self, lines: Iterable[bytes]) -> None:
        """Write the scores as they are given, however wrong."""
        (self.bundle / "scores.jsonl.gz").write_bytes(gzip.compress(b"".join(lines), compresslevel=1))


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """Return a bundle's manifest as it stands in its file."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def seal(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Write the manifest with the digests of the files as they are, with what it says otherwise; return its digest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**manifest, "files": {name: file_hash(folder / name) for name in manifest["files"]}}))
    return file_hash(path)


@cache
def original(kind: str) -> Path:
    """Return the folder of a world that's made once; nobody may change it."""
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{kind}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("suites", "goldensets"):
        (folder / name).mkdir()
    (folder / "suites/suite.yaml").write_text(suite_text(kind))
    (folder / "goldensets/golden.jsonl").write_text(rows_text(range(100), "g"))
    (folder / "goldensets/pool.jsonl").write_text(rows_text(range(1000, 1040), "p"))
    propose_in(folder, kind=Kind.TRIAL if kind == "trial" else None)
    return folder


def propose_in(
    folder: Path,
    *,
    name: str = ID,
    kind: Kind | None = None,
    force: bool = False,
    training_data: Path | None = None,
    stop: Stopping = Stopping.NONE,
) -> None:
    """Run the suite of a folder and begin a proposal from the run."""
    with contextlib.chdir(folder):
        made = run(Options(suite=Path("suites/suite.yaml"), stop=stop))
        options = ProposeOptions(
            id=name, run=made.folder.path, kind=kind, today=made.record.started_at[:10], force=force, training_data=training_data
        )
        propose(options)


def world(kind: str, folder: Path, *, reports: bool = True) -> World:
    """Return a copy of a kind of world, to do anything with; without the reports nobody can score the outputs again."""
    ignored = shutil.ignore_patterns(".bench", *([] if reports else ["reports"]))
    shutil.copytree(original(kind), folder, dirs_exist_ok=True, ignore=ignored)
    started = json.loads((folder / f"suites/proposals/evidence/{ID}/run.json").read_text())["started_at"]
    return World(folder.resolve(), date.fromisoformat(started[:10]))
