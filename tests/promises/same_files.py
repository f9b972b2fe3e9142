"""Runs every command under two revisions of this tool and holds every file and every word against each other.

`python -m promises.same_files BENCH OTHER` in tests/, each the path of a `bench`; exits 1 with the names of what differs. The
clock stands still in both (`CLOCK`), both work in folders of equal content, and what may still differ is listed in `MAY_DIFFER`.
"""

import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from loopback_server import LoopbackServer, Reply, completion

__all__ = ["COMMANDS", "MAY_DIFFER", "clean", "differing", "files_after", "made"]

# Python reads it before the command's first line: no time passes, so no date and no latency differs.
CLOCK = """
import datetime, time
from importlib.machinery import SourceFileLoader
class Still(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 12, 1, 10, 0, 0, tzinfo=tz)
class Day(datetime.date):
    @classmethod
    def today(cls):
        return cls(2026, 12, 1)
instead = {"datetime": (datetime.datetime, Still), "date": (datetime.date, Day)}
run = SourceFileLoader.exec_module
def exec_module(self, module):
    # pandas and pyarrow need the real classes; only what this package itself reads the clock by stands still.
    run(self, module)
    if module.__name__.startswith("benchharness"):
        for name, (real, still) in instead.items():
            if vars(module).get(name) is real:
                setattr(module, name, still)
SourceFileLoader.exec_module = exec_module
time.time = lambda: 1796119200.0
time.perf_counter = lambda: 0.0
"""
# What is left of time and place: (where, what, what stands for it).
MAY_DIFFER: tuple[tuple[str, str, str], ...] = (
    # How long asking really took, by the clock that waiting goes by.
    (r"stdout|stderr|run\.json", r'"(\w+_s|seconds)": ?[\d.e+-]+', r'"\1": 0'),
    (r"stderr", r"\d+(\.\d+)? m?s\b", "0 s"),
    (r"stderr", r"(?m)^\d\d:\d\d:\d\d ", ""),
    (r"stderr", r"[\d.,]+ a second, up to \d+ at once", "N a second"),
    # And so the digest of a bundle that tells it; what else is in the bundle is compared file by file.
    (r"gate|proposals/|^[cs]\.", r'(digest"?:? "?sha256:|"run\.json": "sha256:)[0-9a-f]{64}', r"\1DIGEST"),
    # How a database is laid out on the disk.
    (r"cache stats", r"[\d.,]+ [kM]B", "N kB"),
    # The version this tool says it is, and where its folder lies.
    (r"", r"benchharness \d+\.\d+\.\d+\S*", "benchharness VERSION"),
    (r"", r'"benchharness": ?"[^"]+"', '"benchharness": "VERSION"'),
)
# A database's pages hold what was where on the disk; what they know is exported and compared.
UNREAD = re.compile(r"\.bench/|__pycache__|\.sqlite")
SUITE = """name: small
golden_set: {path: golden.jsonl}
training_pool: {path: pool.jsonl}
slices: [language]
prompts:
  plain: {system: "Name the mood.", user: "{{ input }}"}
  few: {extends: plain, shots: 4}
  near: {extends: plain, shots: {k: 3, pick: nearest}}
candidates:
  - {name: mini, model: rehearsal/mini, prompts: [plain, few, near], rehearsal: {accuracy: 0.8, wrong: glad, refuse: 0.05}}
  - name: tuned
    path: fine-tuned
    base_model: rehearsal/mini
    model: rehearsal/tuned
    prompts: [plain]
    rehearsal: {accuracy: 0.95, fail: 0.02}
  - {name: linear, path: classical, model: sklearn/tfidf-logreg}
  - {name: old, path: self-hosted, model: recorded/old.jsonl}
scorers:
  - {type: label, primary: true, labels: [glad, sad, angry]}
  - {type: exact}
  - {type: length, most: 20, unit: words}
decision:
  accuracy_target: 0.9
  gap_rule: 40 of 50
  dev_share: 0.3
  protected_slices: {language: [de]}
  volume: {requests_per_month: 900_000, project: [1, 10]}
  fine_tune: {training_cost_usd: 9_000}
  costs: {months: 12}
"""
JUDGED = """name: judged
golden_set: {path: golden.jsonl}
prompts: {p: {user: "{{ input }}"}}
candidates:
  - {name: prompted, model: rehearsal/a, prompts: [p], rehearsal: {accuracy: 0.7, wrong: no idea}}
  - {name: tuned, path: fine-tuned, base_model: rehearsal/a, model: rehearsal/b, prompts: [p], rehearsal: {accuracy: 0.9, wrong: no idea}}
judges:
  - {name: strict, endpoint: "URL", model: judge}
scorers:
  - {type: rubric, name: helpful, judge: strict, criteria: {useful: 'Is it of use?'}}
decision: {accuracy_target: 0.8}
"""
RUN = ("run", "small.yaml", "--yes", "--out")
# `RUN:x` is the run below runs/x; what a command prints is kept under its own line.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("check", "small.yaml"),
    ("check", "wrong.yaml"),
    ("run", "small.yaml", "--dry-run"),
    (*RUN, "runs/one", "--explain", "--brief"),
    (*RUN, "runs/again", "--json"),
    (*RUN, "runs/part", "--only", "mini", "--limit", "20", "--stop", "none"),
    (*RUN, "runs/group", "--stop", "group"),
    (*RUN, "runs/one", "--resume"),
    ("run", "judged.yaml", "--out", "reports"),
    ("judge", "judged.yaml", "--draw", "40"),
    ("judge", "judged.yaml", "--labels", "labels.jsonl", "--yes", "--run", "RUN:../reports/judged"),
    ("judge", "judged.yaml", "--labels", "labels.jsonl", "--yes", "--json", "--run", "RUN:../reports/judged"),
    ("run", "judged.yaml", "--out", "runs/calibrated"),
    ("decide", "small.yaml", "--results", "RUN:one", "--explain"),
    ("decide", "small.yaml", "--results", "RUN:one", "--json"),
    ("decide", "rows.yaml", "--results", "rows.csv", "--json"),
    ("decide", "rows.yaml", "--results", "rows.jsonl", "--explain"),
    ("score", "RUN:one", "--suite", "edited.yaml", "--out", "runs/scored", "--show", "5"),
    ("score", "RUN:one", "--out", "runs/scored-same", "--json"),
    *(("compare", "RUN:one", "--format", each) for each in ("text", "markdown", "csv", "json", "html")),
    ("compare", "RUN:one", "--against", "linear", "--out", "compared.txt"),
    ("compare", "RUN:one", "RUN:part", "RUN:scored", "--format", "markdown"),
    ("report", "RUN:one", "--out", "pages/whole.html"),
    ("report", "RUN:one", "--out", "pages/redacted.html", "--redact", "--split-assets"),
    ("report", "RUN:calibrated", "--out", "pages/ids.html", "--no-text", "--sample", "5"),
    ("show", "RUN:one", "--example", "g7"),
    ("show", "RUN:calibrated", "--example", "g7", "--json"),
    ("cost", "small.yaml", "--explain"),
    ("cost", "small.yaml", "--results", "RUN:one", "--json"),
    ("power", "small.yaml"),
    ("power", "small.yaml", "--results", "RUN:one"),
    ("power", "small.yaml", "--results", "RUN:one", "--json"),
    ("review", "runs", "--today", "2027-12-01"),
    ("review", "runs", "--json"),
    ("history", "small.yaml", "--out", "runs/one"),
    ("cache", "stats"),
    ("cache", "export", "answers.jsonl.gz"),
    ("run", "small.yaml", "--replay", "answers.jsonl.gz", "--out", "runs/replayed"),
    ("propose", "P-1", "--from", "RUN:one"),
    ("gate", "--today", "2026-12-01"),
    *(("gate", "--today", "2026-12-01", "--reports", "runs/one", "--format", each) for each in ("text", "json", "markdown", "github")),
    ("gate", "--comment", "c.md", "--summary", "s.md", "--junit", "j.xml", "--sarif", "s.sarif", "--today", "2026-12-01"),
    ("explain", "ninety-percent"),
    ("explain",),
    ("compare", "nowhere"),
    ("show", "RUN:one", "--example", "nobody"),
)


def write_world(folder: Path, url: str) -> None:
    """Write the suites and data that every command works on; the same every time."""
    chance = random.Random(7)
    moods = {"glad": ("sunny", "laughing", "bright"), "sad": ("grey", "crying", "lost"), "angry": ("loud", "red", "shouting")}

    def example(name: str, at: int) -> dict[str, Any]:
        mood = ("glad", "sad", "angry")[at % 3]
        words = [chance.choice(moods[mood]), chance.choice(["day", "night", "street"]), f"{name}{at * 7919}"]
        return {"id": f"{name}{at}", "input": " ".join(words), "target": mood, "metadata": {"language": "de" if at % 5 < 2 else "fr"}}

    golden = [example("g", at) for at in range(60)]
    old = [
        {"candidate": "old", "prompt": "", "example_id": each["id"], "output": each["target"] if at % 6 else "glad", "status": "answered"}
        for at, each in enumerate(golden)
    ]
    rows = [
        {"candidate": name, "path": path, "example_id": each["id"], "matched": chance.random() < right}
        for name, path, right in (("prompt", "api", 0.85), ("trained", "fine-tuned", 0.92), ("tree", "classical", 0.7))
        for each in golden
    ]
    text = {
        "golden.jsonl": _lines(golden),
        "pool.jsonl": _lines([example("p", at) for at in range(90)]),
        "old.jsonl": _lines(old),
        "rows.jsonl": _lines(rows),
        "rows.csv": "candidate,path,example_id,matched\n"
        + "".join(f"{each['candidate']},{each['path']},{each['example_id']},{str(each['matched']).lower()}\n" for each in rows),
        "small.yaml": SUITE,
        "edited.yaml": SUITE.replace("accuracy_target: 0.9\n", "accuracy_target: 0.8\n").replace(
            "- {type: exact}", "- {type: starts-with}"
        ),
        "wrong.yaml": SUITE.replace("accuracy_target", "acuracy_target").replace("[plain]", "[plane]"),
        "rows.yaml": "name: rows\ncandidates: [{name: prompt}, {name: trained, path: fine-tuned}, {name: tree, path: classical}]\n"
        "decision: {accuracy_target: 0.9, volume: {requests_per_month: 1000}}\n",
        "judged.yaml": JUDGED.replace("URL", url),
    }
    for name, each in text.items():
        (folder / name).write_text(each, encoding="utf-8")
    (folder / "pages").mkdir()


def judge_by_length(_count: int, body: Mapping[str, Any]) -> Reply:
    """Stand in for a judge: what it says hangs on the question alone."""
    passed = len(body["messages"][-1]["content"]) % 3 != 0
    return Reply(body=completion(json.dumps({"reasons": "because", "grades": {"useful": "pass" if passed else "fail"}})))


def made(bench: Path, folder: Path, url: str, commands: Iterable[Sequence[str]] = COMMANDS) -> dict[str, bytes]:
    """Run every command in a folder of its own; return what each printed and every file that is there afterwards, by name."""
    here, clock = folder / "here", folder / "clock"
    for each in (here, clock):
        each.mkdir(parents=True)
    (clock / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    write_world(here, url)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(clock), "OPENBLAS_NUM_THREADS": "1"}
    found: dict[str, bytes] = {}
    for at, command in enumerate(commands):
        line = [_run_below(here, each) if each.startswith("RUN:") else each for each in command]
        done = subprocess.run([bench, *line], cwd=here, env=environment, capture_output=True, check=False, timeout=300)
        name = f"{at:02} bench {' '.join(command)}"
        found |= {f"{name} | exit": str(done.returncode).encode(), f"{name} | stdout": done.stdout, f"{name} | stderr": done.stderr}
        if "--draw" in command:
            marked = [{**json.loads(each), "label": "pass" if at % 2 else "fail"} for at, each in enumerate(done.stdout.splitlines())]
            (here / "labels.jsonl").write_text(_lines(marked), encoding="utf-8")
    return {name: clean(name, each, here) for name, each in (found | dict(files_after(here))).items()}


def files_after(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder by its name; what is packed is unpacked."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not UNREAD.search(name):
            data = path.read_bytes()
            yield name, gzip.decompress(data) if name.endswith(".gz") else data


def clean(name: str, data: bytes, folder: Path) -> bytes:
    """Return bytes in which what may differ is written alike; of another kind than text they stay."""
    try:
        text = data.decode("utf-8").replace(str(folder), "HERE")
    except UnicodeDecodeError:
        return data
    for where, what, instead in MAY_DIFFER:
        if re.search(where, name):
            text = re.sub(what, instead, text)
    return text.encode("utf-8")


def differing(first: Mapping[str, bytes], second: Mapping[str, bytes]) -> list[str]:
    """Return the names that only one side has, or that hold other bytes, each with the first lines that differ."""
    return [
        f"{name}\n{_first_difference(first.get(name), second.get(name))}"
        for name in sorted(first.keys() | second.keys())
        if first.get(name) != second.get(name)
    ]


def _first_difference(mine: bytes | None, theirs: bytes | None) -> str:
    if mine is None or theirs is None:
        return f"  only the {'second' if mine is None else 'first'} has it"
    at = next((at for at, (one, other) in enumerate(zip(mine, theirs, strict=False)) if one != other), min(len(mine), len(theirs)))
    shown = [each[max(0, at - 60) : at + 100].decode("utf-8", "replace") for each in (mine, theirs)]
    return f"  first : {shown[0]!r}\n  second: {shown[1]!r}"


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(each) + "\n" for each in rows)


def _run_below(here: Path, named: str) -> str:
    below = here / "runs" / named.removeprefix("RUN:")
    found = sorted(below.resolve().rglob("run.json"))
    return str(found[0].parent.relative_to(here)) if found else f"no run below {below.relative_to(here)}"


def main(benches: Sequence[str]) -> int:
    """Run all of it under both; return the exit code."""
    with tempfile.TemporaryDirectory() as folder, LoopbackServer(judge_by_length) as server:
        first, second = (made(Path(each).absolute(), Path(folder) / str(at), server.url) for at, each in enumerate(benches))
    found = differing(first, second)
    codes = {name: data.decode() for name, data in first.items() if name.endswith("| exit")}
    sys.stdout.write("".join(f"differs: {each}\n" for each in found))
    sys.stdout.write("".join(f"exit {code}: {name.removesuffix(' | exit')}\n" for name, code in codes.items() if code != "0"))
    sys.stdout.write(f"{len(COMMANDS)} commands, {len(first)} outputs and files, {len(found)} differ\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:3]))
