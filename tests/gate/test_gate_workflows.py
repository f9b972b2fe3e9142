import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from gate.workflow_scripts import ROOT, FakeGitHub, action, fake_bench, run_script, script, steps, workflow, workflows
from pydantic import TypeAdapter

from benchharness import __version__
from benchharness.gate.workflows import policy_starter
from benchharness.records.gate import EXIT_CODES
from benchharness.records.gate_policy import GatePolicy

NAMES = sorted(workflows())
FILES = {**workflows(), "action.yml": (ROOT / "action.yml").read_text(encoding="utf-8")}
OURS = "1a2b3c4d5e6f"
HEAD = f"{OURS} ours/repo"
BOT = {"login": "github-actions[bot]", "type": "Bot"}
STRANGER = {"login": "mallory", "type": "User"}
POST = script(workflow("bench-comment.yml"), "Post or update the comment")
RECHECK = script(workflow("bench-recheck.yml"), "Keep the issue up to date")


def comment(text: str, *, at: str = "2026-11-21T09:14:05Z") -> str:
    return f"### bench gate: FT-0007 is **{text}**\n\n<!-- bench-gate v1 key=proposals sha={OURS} valid-at={at} -->\n"


def posted(tmp_path: Path, body: str, *, number: str = "7\n", head: str = HEAD, **state: Any) -> tuple[FakeGitHub, int, str]:
    """Run the script of bench-comment on an artifact; the pull request 7 has our head, 8 another."""
    github = FakeGitHub(tmp_path) if not (tmp_path / "github.json").exists() else None
    if github is None:
        github = FakeGitHub.__new__(FakeGitHub)
        github.folder, github.file = tmp_path, tmp_path / "github.json"
    other = {"head": {"sha": "ffff", "repo": {"full_name": "ours/repo"}}}
    github.write({"pulls": {"7": {"head": {"sha": OURS, "repo": {"full_name": "ours/repo"}}}, "8": other}, **state})
    artifact = tmp_path / "temp" / "bench-gate"
    artifact.mkdir(parents=True, exist_ok=True)
    (artifact / "comment.md").write_text(body, encoding="utf-8")
    (artifact / "pull-request").write_text(number, encoding="utf-8")
    done = github.run(POST, {"HEAD": head})
    return github, done.returncode, done.stdout + done.stderr


def bodies(github: FakeGitHub) -> list[str]:
    return [each["body"] for each in github.read()["comments"]]


# What the files say.


@pytest.mark.parametrize("name", FILES)
def test_every_foreign_action_is_githubs_own_and_pinned_by_commit_with_its_version_beside_it(name: str) -> None:
    uses = re.findall(r"uses: (.*)", FILES[name])
    assert uses
    for each in uses:
        assert re.fullmatch(r"actions/(checkout|setup-python|upload-artifact|download-artifact)@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


def test_an_action_has_the_same_pin_in_every_file() -> None:
    pins: dict[str, set[str]] = {}
    for text in FILES.values():
        for name, pin in re.findall(r"uses: (\S+)@(.*)", text):
            pins.setdefault(name, set()).add(pin)
    assert {name: len(found) for name, found in pins.items()} == dict.fromkeys(pins, 1)


@pytest.mark.parametrize("name", FILES)
def test_no_script_holds_an_expression_so_that_no_title_or_branch_becomes_code(name: str) -> None:
    scripts = [step["run"] for step in steps(yaml.safe_load(FILES[name])) if "run" in step]
    assert scripts
    assert not [each for each in scripts if "${{" in each]


def test_a_checkout_leaves_no_token_behind_and_the_gates_has_the_whole_history() -> None:
    checkouts = {name: [step["with"] for step in steps(workflow(name)) if "actions/checkout@" in step.get("uses", "")] for name in NAMES}
    assert {name: len(found) for name, found in checkouts.items() if found} == {
        "bench-gate.yml": 1,
        "bench-run.yml": 2,
        "bench-recheck.yml": 1,
    }
    assert all(told["persist-credentials"] == "false" for found in checkouts.values() for told in found)
    assert checkouts["bench-gate.yml"][0]["fetch-depth"] == "0"


def test_every_job_has_only_the_rights_it_needs() -> None:
    rights = {name: {job: told["permissions"] for job, told in workflow(name)["jobs"].items()} for name in NAMES}
    assert rights == {
        "bench-gate.yml": {"bench-gate": {"contents": "read"}},
        "bench-comment.yml": {"bench-comment": {"actions": "read", "pull-requests": "write"}},
        "bench-run.yml": {"estimate": {"contents": "read"}, "run": {"contents": "read"}},
        "bench-recheck.yml": {"bench-recheck": {"contents": "read", "issues": "write"}},
    }
    assert all(workflow(name)["permissions"] == {} for name in NAMES)


def test_the_gate_runs_on_every_pull_request_and_merge_group() -> None:
    assert workflow("bench-gate.yml")["on"] == {"pull_request": "", "merge_group": ""}


def test_spending_starts_only_by_hand_and_only_after_the_environments_reviewers() -> None:
    told = workflow("bench-run.yml")
    assert list(told["on"]) == ["workflow_dispatch"]
    assert told["jobs"]["run"]["environment"] == "bench-spend"
    assert told["jobs"]["run"]["needs"] == "estimate"
    assert [name for name in FILES if "secrets." in FILES[name]] == ["bench-run.yml"]
    assert "secrets." not in str(told["jobs"]["estimate"])


def test_what_may_write_comments_checks_out_nothing_and_installs_nothing() -> None:
    text = FILES["bench-comment.yml"]
    assert "actions/checkout" not in text
    assert "pip install" not in text
    assert list(workflow("bench-comment.yml")["on"]) == ["workflow_run"]
    assert workflow("bench-comment.yml")["on"]["workflow_run"]["workflows"] == [workflow("bench-gate.yml")["name"]]


def test_the_action_and_the_workflows_install_this_release() -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert action()["inputs"]["version"]["default"] == ours
    installing = [name for name in NAMES if name != "bench-comment.yml"]
    assert {name: workflow(name)["env"]["BENCHHARNESS_VERSION"] for name in installing} == dict.fromkeys(installing, __version__)
    assert not [name for name in FILES if "@VERSION@" in FILES[name]]


def test_the_guides_snippets_are_yaml_and_install_this_release() -> None:
    guide = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    chapter = re.search(r"^## In a pull request$.*?(?=^## |\Z)", guide, re.DOTALL | re.MULTILINE)
    assert chapter is not None
    snippets = re.findall(r"```yaml\n(.*?)```", chapter[0], re.DOTALL)
    assert len(snippets) == 3
    assert all(yaml.safe_load(each) for each in snippets)
    assert set(re.findall(r"(?:benchharness==|COMMIT # v|rev: v)([0-9][0-9.]*)", chapter[0])) == {__version__}


def options_of(command: str) -> set[str]:
    done = subprocess.run([sys.executable, "-m", "benchharness", command, "--help"], capture_output=True, text=True, check=False)
    if "No such command" in done.stderr:
        pytest.skip(f"`bench {command}` isn't there yet: nothing to compare with")
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"--[a-z][a-z-]+", done.stdout))


@pytest.mark.parametrize("command", ["run", "gate"])
def test_every_option_the_workflows_use_is_one_of_the_commands(command: str) -> None:
    scripts = [
        step["run"] for name in FILES for step in steps(yaml.safe_load(FILES[name])) if f'bin/bench" {command}' in step.get("run", "")
    ]
    assert scripts
    used = {each for text in scripts for each in re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)}
    assert used <= options_of(command)


def test_a_run_spends_no_more_than_its_input_says() -> None:
    workflow = yaml.safe_load(FILES["bench-run.yml"])
    assert workflow[True]["workflow_dispatch"]["inputs"]["budget"]["required"]
    running = [step for step in steps(workflow) if 'bin/bench" run' in step.get("run", "")]
    assert len(running) == 2
    assert all('--budget "$BUDGET"' in step["run"] and step["env"]["BUDGET"] == "${{ inputs.budget }}" for step in running)


def test_the_policy_to_start_from_says_every_key_with_its_default() -> None:
    text = policy_starter()
    assert text.startswith("# yaml-language-server: $schema=gate.schema.json\n")
    told = yaml.safe_load(text)
    assert set(told) == {each.name for each in fields(GatePolicy)}
    assert TypeAdapter(GatePolicy).validate_python(told) == GatePolicy()
    example = re.sub(r"^guards: \[\]\n# guards:\n# ", "guards:\n", text, flags=re.MULTILINE)
    (guard,) = TypeAdapter(GatePolicy).validate_python(yaml.safe_load(example)).guards
    assert guard.paths == ("training/**", "deploy/llm/**")


def test_the_hooks_take_suites_and_proposals_apart() -> None:
    hooks = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert set(hooks) == {"bench-check", "bench-gate"}
    paths = ("suites/a.yaml", "suites/b.yml", "suites/gate.yaml", "suites/proposals/FT-1.yaml", "other/a.yaml", "suites/a.json")

    def taken(hook: dict[str, str]) -> list[str]:
        kept = [path for path in paths if re.search(hook["files"], path)]
        return [path for path in kept if not re.search(hook.get("exclude", "^$"), path)]

    assert taken(hooks["bench-check"]) == ["suites/a.yaml", "suites/b.yml"]
    assert taken(hooks["bench-gate"]) == ["suites/proposals/FT-1.yaml"]
    named = re.search(r"--fail-on (\S+)", hooks["bench-gate"]["entry"])
    assert named is not None
    assert set(named[1].split(",")) <= {each.value for each in EXIT_CODES}


# The gate's own step, with a `bench` that answers what it's told to.


@pytest.mark.parametrize("code", [0, 1, 2, 10, 13, 14])
def test_the_gates_step_exits_with_what_the_gate_exits_with(tmp_path: Path, code: int) -> None:
    fake_bench(tmp_path, code=code)
    done = run_script(script(workflow("bench-gate.yml"), "Run the gate"), tmp_path, {"BASE": "abc", "GITHUB_STEP_SUMMARY": "summary"})
    assert done.returncode == code
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[:5] == ["gate", "--base", "abc", "--format", "github"]


def test_the_artifact_is_there_even_when_the_gate_never_ran(tmp_path: Path) -> None:
    done = run_script(script(workflow("bench-gate.yml"), "Note which pull request this is"), tmp_path, {"NUMBER": "7"})
    assert done.returncode == 0
    folder = tmp_path / "temp" / "bench-gate"
    assert {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir()} == {"pull-request": "7\n", "comment.md": ""}


@pytest.mark.parametrize(
    ("code", "outcome"), [(0, "passed"), (1, "error"), *((code, each.value) for each, code in EXIT_CODES.items() if code)]
)
def test_the_action_tells_the_outcome_and_keeps_the_exit_code(tmp_path: Path, code: int, outcome: str) -> None:
    fake_bench(tmp_path, code=code)
    inputs = {"PROPOSALS": "suites/proposals/a b.yaml\n--exit-zero\n", "BASE": "", "ARGS": "--policy\nour policy.yaml\n"}
    outputs = {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": str(tmp_path / "output")}
    done = run_script(script(action(), "Run the gate"), tmp_path, {**inputs, **outputs})
    assert done.returncode == code, done.stderr
    told = dict(line.split("=", 1) for line in (tmp_path / "output").read_text(encoding="utf-8").splitlines())
    assert (told["outcome"], told["exit-code"]) == (outcome, str(code))
    assert set(told) == set(action()["outputs"])
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[-5:] == ["--policy", "our policy.yaml", "--", "suites/proposals/a b.yaml", "--exit-zero"]
    assert told["comment-file"] in asked
    assert told["report-file"] in asked
    assert "--base" not in asked


@pytest.mark.parametrize("version", ["0.1 @ https://example.test/x.whl", "; touch here", "", "$(touch here)"])
def test_the_action_installs_a_release_and_nothing_else(tmp_path: Path, version: str) -> None:
    done = run_script(script(action(), "Install benchharness"), tmp_path, {"VERSION": version})
    assert done.returncode == 2
    assert not (tmp_path / "here").exists()
    assert not (tmp_path / "temp" / "bench").exists()


@pytest.mark.parametrize(("limit", "more"), [("", ""), ("5", "--limit 5")])
def test_a_run_asks_for_as_many_examples_as_it_was_told(tmp_path: Path, limit: str, more: str) -> None:
    fake_bench(tmp_path, code=20)
    done = run_script(script(workflow("bench-run.yml"), "Run the suite"), tmp_path, {"SUITE": "s.yaml", "BUDGET": "2.5", "LIMIT": limit})
    assert done.returncode == 20
    assert (tmp_path / "asked").read_text(encoding="utf-8").split() == f"run --yes --out reports --budget 2.5 {more} -- s.yaml".split()


def test_the_estimate_stands_in_the_summary_for_those_who_approve(tmp_path: Path) -> None:
    fake_bench(tmp_path, code=0, says="750 calls, $2.10\n")
    extra = {"SUITE": "s.yaml", "BUDGET": "5", "LIMIT": "", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    done = run_script(script(workflow("bench-run.yml"), "Show calls and dollars; send nothing"), tmp_path, extra)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "summary").read_text(encoding="utf-8") == "```text\n750 calls, $2.10\n```\n"
    assert "--dry-run" in (tmp_path / "asked").read_text(encoding="utf-8").split()


# The comment, against a GitHub that is one file.


def test_the_first_comment_is_posted(tmp_path: Path) -> None:
    github, code, told = posted(tmp_path, comment("not justified"))
    assert code == 0, told
    assert bodies(github) == [comment("not justified")]
    assert github.read()["comments"][0]["on"] == "7"


def test_a_later_run_updates_the_same_comment(tmp_path: Path) -> None:
    posted(tmp_path, comment("not justified"))
    github, code, told = posted(tmp_path, comment("justified", at="2026-11-22T00:00:00Z"))
    assert code == 0, told
    assert bodies(github) == [comment("justified", at="2026-11-22T00:00:00Z")]


def test_the_same_comment_again_changes_nothing(tmp_path: Path) -> None:
    posted(tmp_path, comment("not justified"))
    # GitHub gives back what was typed in a browser with carriage returns.
    before = FakeGitHub.read(posted(tmp_path, comment("not justified"))[0])["comments"]
    before[0]["body"] = before[0]["body"].rstrip().replace("\n", "\r\n")
    github, code, told = posted(tmp_path, comment("not justified"), comments=before, log=[])
    assert code == 0, told
    assert github.writes() == []
    assert "says so already" in told


def test_an_older_run_that_comes_late_overwrites_nothing(tmp_path: Path) -> None:
    posted(tmp_path, comment("justified", at="2026-11-22T00:00:00Z"))
    github, code, told = posted(tmp_path, comment("not justified", at="2026-11-21T23:59:59Z"), log=[])
    assert code == 0, told
    assert github.writes() == []
    assert bodies(github) == [comment("justified", at="2026-11-22T00:00:00Z")]


def test_somebody_elses_comment_with_our_marker_is_left_alone(tmp_path: Path) -> None:
    theirs = {"id": 1, "on": "7", "user": STRANGER, "body": comment("justified", at="2099-01-01T00:00:00Z")}
    person = {"id": 2, "on": "7", "user": {"login": "github-actions", "type": "User"}, "body": comment("justified")}
    github, code, told = posted(tmp_path, comment("not justified"), comments=[theirs, person])
    assert code == 0, told
    assert bodies(github) == [theirs["body"], person["body"], comment("not justified")]


def test_our_comment_is_found_behind_more_than_a_hundred_others(tmp_path: Path) -> None:
    talk = [{"id": at, "on": "7", "user": STRANGER, "body": "+1"} for at in range(230)]
    own = {"id": 999, "on": "7", "user": BOT, "body": comment("undecided", at="2026-11-20T00:00:00Z")}
    github, code, told = posted(tmp_path, comment("not justified"), comments=[*talk, own])
    assert code == 0, told
    assert len(bodies(github)) == 231
    assert bodies(github)[-1] == comment("not justified")


@pytest.mark.parametrize("forbidden", ["GET", "POST"])
def test_without_the_right_to_comment_the_comment_is_printed_and_nothing_fails(tmp_path: Path, forbidden: str) -> None:
    hostile = comment("not justified\n::set-output name=a::b")
    github, code, told = posted(tmp_path, hostile, forbidden=[forbidden])
    assert code == 0, told
    assert bodies(github) == []
    assert "::notice" in told
    stop = re.search(r"^::stop-commands::([0-9a-f]{32})$(.*)^::\1::$", told, re.DOTALL | re.MULTILINE)
    assert stop is not None, "what the comment says must not be obeyed"
    assert hostile in stop[2]


def test_another_refusal_fails_and_says_why(tmp_path: Path) -> None:
    github, code, told = posted(tmp_path, comment("not justified"), number="99")
    assert code == 1
    assert "HTTP 404" in told
    assert github.writes() == []


def test_an_empty_comment_is_not_posted(tmp_path: Path) -> None:
    github, code, told = posted(tmp_path, "")
    assert code == 0, told
    assert github.read()["log"] == []


@pytest.mark.parametrize(
    "number", ["", "0", "-7", "7 8", "7\n8\n", "7/../8", "../../pulls/8", "$(touch here)", "; rm x", "7" * 11, "７", "seven"]
)
def test_an_artifact_that_names_no_pull_request_is_refused(tmp_path: Path, number: str) -> None:
    github, code, told = posted(tmp_path, comment("justified"), number=number)
    assert code == 1
    assert "::error" in told
    assert github.read()["log"] == []
    assert not list(tmp_path.rglob("here"))


@pytest.mark.parametrize(("number", "head"), [("8", HEAD), ("7", "0000 ours/repo"), ("7", f"{OURS} mallory/repo")])
def test_only_the_pull_request_whose_head_was_checked_gets_the_comment(tmp_path: Path, number: str, head: str) -> None:
    github, code, told = posted(tmp_path, comment("justified"), number=number, head=head)
    assert code == 0, told
    assert github.writes() == []
    assert "not of the head" in told


@pytest.mark.parametrize("body", ["buy now\n", comment("x") + "buy now\n", "<!-- bench-gate v1 key=proposals sha=a valid-at=9 -->\n"])
def test_a_comment_that_does_not_end_with_the_gates_marker_is_refused(tmp_path: Path, body: str) -> None:
    github, code, told = posted(tmp_path, body)
    assert code == 1
    assert "marker" in told
    assert github.read()["log"] == []


def test_a_link_in_the_artifact_is_refused(tmp_path: Path) -> None:
    artifact = tmp_path / "temp" / "bench-gate"
    artifact.mkdir(parents=True)
    (tmp_path / "secret").write_text(comment("a secret"), encoding="utf-8")
    (artifact / "comment.md").symlink_to(tmp_path / "secret")
    (artifact / "pull-request").write_text("7", encoding="utf-8")
    done = FakeGitHub(tmp_path).run(POST, {"HEAD": HEAD})
    assert done.returncode == 1
    assert "no plain file" in done.stdout


# The issue about what's due.


def rechecked(github: FakeGitHub, code: int, report: str = "FT-0007 is stale.") -> list[dict[str, Any]]:
    (github.folder / "temp").mkdir(exist_ok=True)
    (github.folder / "temp" / "report.md").write_text(report, encoding="utf-8")
    done = github.run(RECHECK, {"CODE": str(code)})
    assert done.returncode == 0, done.stderr
    issues: list[dict[str, Any]] = github.read()["issues"]
    return issues


def test_one_issue_opens_stays_up_to_date_closes_and_opens_again(tmp_path: Path) -> None:
    github = FakeGitHub(tmp_path)
    assert rechecked(github, 0) == []
    (issue,) = rechecked(github, 12)
    assert issue["body"] == "FT-0007 is stale.\n\n<!-- bench-recheck v1 -->\n"
    calls = len(github.writes())
    rechecked(github, 12)
    assert len(github.writes()) == calls, "the same report changes nothing"
    (issue,) = rechecked(github, 12, "FT-0007 and FT-0009 are stale.")
    assert issue["body"].startswith("FT-0007 and FT-0009")
    (issue,) = rechecked(github, 0)
    assert issue["state"] == "closed"
    calls = len(github.writes())
    rechecked(github, 0)
    assert len(github.writes()) == calls
    (issue,) = rechecked(github, 10)
    assert issue["state"] == "open"


def test_the_issue_is_found_by_marker_and_author_among_many(tmp_path: Path) -> None:
    github = FakeGitHub(tmp_path)
    marked = "old\n\n<!-- bench-recheck v1 -->"
    others: list[dict[str, Any]] = [{"number": at, "user": BOT, "state": "open", "body": None} for at in range(150)]
    theirs = {"number": 200, "user": STRANGER, "state": "open", "body": marked}
    change = {"number": 201, "user": BOT, "state": "open", "body": marked, "pull_request": {"url": "x"}}
    own = {"number": 202, "user": BOT, "state": "open", "body": marked}
    github.write({"issues": [*others, theirs, change, own]})
    issues = rechecked(github, 12)
    assert len(issues) == 153
    assert [each["number"] for each in issues if str(each["body"]).startswith("FT-0007")] == [202]


def test_a_long_report_is_cut_to_what_an_issue_holds(tmp_path: Path) -> None:
    (issue,) = rechecked(FakeGitHub(tmp_path), 12, "x" + "ä" * 70_000)
    assert len(issue["body"].encode()) < 65_536
    assert issue["body"].startswith("xäää")
    assert issue["body"].endswith("ä\n\n<!-- bench-recheck v1 -->\n")
    assert "�" not in issue["body"]


@pytest.mark.parametrize(("code", "exits"), [(0, 0), (10, 0), (12, 0), (14, 0), (1, 1), (2, 2)])
def test_a_recheck_that_could_not_run_fails_and_leaves_the_issue_alone(tmp_path: Path, code: int, exits: int) -> None:
    fake_bench(tmp_path, code=code)
    extra = {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": str(tmp_path / "output")}
    done = run_script(script(workflow("bench-recheck.yml"), "Check every proposal"), tmp_path, extra)
    assert done.returncode == exits
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"code={code}\n"
    assert "--all" in (tmp_path / "asked").read_text(encoding="utf-8").split()


# What the linters say.


def tool(name: str) -> str:
    """Return where a linter of the `test` extra is; skip, or in CI fail, where it isn't."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        reason = f"{name} is not installed: pip install -e '.[test]' brings it where its wheel fits this machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with nothing in it but the action and the workflows."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name, text in FILES.items():
        (tmp_path / name if name == "action.yml" else folder / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_zizmor_finds_nothing_however_picky(repository: Path) -> None:
    command = [tool("zizmor"), "--pedantic", "--offline", "--no-progress", "--strict-collection", "--no-config", "."]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings to report" in done.stdout
    assert done.stderr.count("completed") == len(FILES), done.stderr
    assert sum(text.count("zizmor: ignore") for text in FILES.values()) == 1, "bench-comment's trigger, and no other"


def test_actionlint_finds_nothing_with_shellcheck_beside_it(repository: Path) -> None:
    files = sorted(str(each) for each in (repository / ".github" / "workflows").iterdir())
    command = [tool("actionlint"), "-shellcheck", tool("shellcheck"), "-no-color", *files]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("name", FILES)
def test_shellcheck_finds_nothing_in_any_script(tmp_path: Path, name: str) -> None:
    for at, step in enumerate(each for each in steps(yaml.safe_load(FILES[name])) if "run" in each):
        (tmp_path / f"{at}.sh").write_text(f"#!/usr/bin/env bash\n{step['run']}", encoding="utf-8")
    files = sorted(str(each) for each in tmp_path.iterdir())
    command = [tool("shellcheck"), "--norc", "--severity=style", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
