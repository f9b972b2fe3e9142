"""The script that holds two revisions against each other sees what differs, and nothing where nothing does."""

import sys
from pathlib import Path

from loopback_server import LoopbackServer
from promises.same_files import COMMANDS, clean, differing, judge_by_length, made

from benchharness.cli.main import COMMANDS as ALL

# They tell of this machine, or print what a file here holds already.
LEFT_OUT = {"doctor", "init", "completion", "schema"}
FEW = (
    ("run", "small.yaml", "--yes", "--out", "runs/one", "--only", "mini"),
    ("decide", "small.yaml", "--results", "RUN:one", "--json"),
    ("show", "RUN:one", "--example", "nobody"),
)


def bench_in(folder: Path, more: str = "") -> Path:
    """Write a `bench` that is this one, with something more."""
    folder.mkdir()
    text = f"#!{sys.executable}\nimport sys\nfrom benchharness.cli.main import main\n{more}\nmain()\n"
    (folder / "bench").write_text(text)
    (folder / "bench").chmod(0o755)
    return folder / "bench"


def test_it_runs_every_command_that_reads_or_writes_a_run() -> None:
    assert set(ALL) - {command[0] for command in COMMANDS} == LEFT_OUT
    assert {"text", "markdown", "csv", "json", "html"} <= {each for command in COMMANDS if command[0] == "compare" for each in command}


def test_equal_revisions_differ_in_nothing_and_one_other_word_is_seen(tmp_path: Path) -> None:
    other = "import benchharness.report.verdict.terminal as screen\nscreen.MARKS[screen.Status.MET] = 'reached'"
    benches = [bench_in(tmp_path / "one"), bench_in(tmp_path / "same"), bench_in(tmp_path / "other", other)]
    with LoopbackServer(judge_by_length) as server:
        first, same, changed = (made(each, tmp_path / f"world{at}", server.url, FEW) for at, each in enumerate(benches))
    assert [first[name] for name in first if name.endswith("| exit")] == [b"0", b"0", b"2"]
    assert any(name.endswith("results.parquet") for name in first)
    assert any(name.endswith("verdict.json") for name in first)
    assert differing(first, same) == []
    seen = [each.partition("\n")[0] for each in differing(first, changed)]
    assert [each.rpartition("/")[2].rpartition("| ")[2] for each in seen] == ["stdout", "report.html", "report.md"]


def test_what_only_one_side_has_differs_and_what_may_differ_does_not() -> None:
    here = Path("/somewhere/here")
    assert differing({"a": b"1"}, {}) == ["a\n  only the first has it"]
    assert differing({}, {"a": b"1"}) == ["a\n  only the second has it"]
    one, other = (
        clean("run.json", f'{{"seconds": {took}, "file": "/somewhere/here/x", "n": {n}}}'.encode(), here) for took, n in ((1.5, 1), (2, 2))
    )
    assert one == b'{"seconds": 0, "file": "HERE/x", "n": 1}'
    assert differing({"run.json": one}, {"run.json": other})
    assert clean("results.parquet", b"\xff/somewhere/here", here) == b"\xff/somewhere/here"
