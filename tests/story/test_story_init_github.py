"""`bench init --github`, as somebody runs it in a repository of their own."""

from pathlib import Path

from story.commanding import bench

WORKFLOWS = [f".github/workflows/{name}.yml" for name in ("bench-gate", "bench-comment", "bench-run", "bench-recheck")]


def files(folder: Path) -> dict[str, str]:
    found = (each for each in folder.rglob("*") if each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_text(encoding="utf-8") for each in found}


def test_the_workflows_and_a_policy_are_written_and_what_is_left_to_do_is_said(tmp_path: Path) -> None:
    done = bench(tmp_path, "init", "--github")
    assert done.returncode == 0, done.stderr
    own = [*WORKFLOWS, "suites/gate.yaml", "suites/proposal.schema.json", "suites/gate.schema.json"]
    assert set(files(tmp_path)) == set(own)
    assert [line for line in done.stdout.splitlines() if line.startswith("written")] == [f"written  {each}" for each in own]
    assert "`bench-gate` required" in done.stdout
    assert "environment `bench-spend`" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_nothing_is_written_when_one_of_the_files_is_there(tmp_path: Path) -> None:
    there = tmp_path / WORKFLOWS[2]
    there.parent.mkdir(parents=True)
    there.write_text("mine\n", encoding="utf-8")
    done = bench(tmp_path, "init", "--github")
    assert done.returncode == 2
    assert f"{WORKFLOWS[2]} is there already" in done.stderr
    assert files(tmp_path) == {WORKFLOWS[2]: "mine\n"}
    done = bench(tmp_path, "init", "tickets", "--github")
    assert done.returncode == 2
    assert files(tmp_path) == {WORKFLOWS[2]: "mine\n"}


def test_force_writes_over_the_workflows_but_never_over_the_policy(tmp_path: Path) -> None:
    bench(tmp_path, "init", "--github")
    written = files(tmp_path)
    (tmp_path / WORKFLOWS[0]).write_text("old\n", encoding="utf-8")
    (tmp_path / "suites" / "gate.yaml").write_text("evidence_days: 30\n", encoding="utf-8")
    done = bench(tmp_path, "init", "--github", "--force")
    assert done.returncode == 0, done.stderr
    assert "gate.yaml" not in done.stdout
    assert files(tmp_path) == {**written, "suites/gate.yaml": "evidence_days: 30\n"}


def test_a_suite_and_the_workflows_come_in_one_go_and_the_suite_checks(tmp_path: Path) -> None:
    done = bench(tmp_path, "init", "tickets", "--github")
    assert done.returncode == 0, done.stderr
    assert {*WORKFLOWS, "suites/gate.yaml", "suites/tickets.yaml"} <= set(files(tmp_path))
    assert "bench check suites/tickets.yaml" in done.stdout
    assert bench(tmp_path, "check", "suites/tickets.yaml").returncode == 0


def test_a_name_alone_writes_no_workflow(tmp_path: Path) -> None:
    assert bench(tmp_path, "init", "tickets").returncode == 0
    assert not (tmp_path / ".github").exists()
    assert not (tmp_path / "suites" / "gate.yaml").exists()


def test_neither_name_nor_github_is_told_what_there_is_to_write(tmp_path: Path) -> None:
    done = bench(tmp_path, "init")
    assert done.returncode == 2
    assert "--github" in done.stderr
    assert files(tmp_path) == {}


def test_no_suite_takes_the_place_of_the_policy(tmp_path: Path) -> None:
    done = bench(tmp_path, "init", "gate")
    assert done.returncode == 2
    assert "the gate's policy" in done.stderr
    assert files(tmp_path) == {}


def test_check_takes_several_suites_and_tells_the_mistakes_of_all(tmp_path: Path) -> None:
    bench(tmp_path, "init", "tickets")
    (tmp_path / "one.yaml").write_text("name: one\ncandidate: []\n", encoding="utf-8")
    (tmp_path / "two.yaml").write_text("name: two\nprompt: {}\n", encoding="utf-8")
    done = bench(tmp_path, "check", "suites/tickets.yaml", "one.yaml", "two.yaml")
    assert done.returncode == 2
    assert "one.yaml" in done.stderr
    assert "two.yaml" in done.stderr
    assert "No mistakes." not in done.stdout
