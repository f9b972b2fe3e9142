"""A shell completes what bench knows, and soon enough not to be felt."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from story.commanding import bench


def completed(words: str, *, at: int) -> list[str]:
    """What bash is told for `words`, the cursor in word `at`; as the script that `bench completion bash` prints asks it."""
    environment = {**os.environ, "COMP_WORDS": words, "COMP_CWORD": str(at), "_BENCH_COMPLETE": "bash_complete"}
    program = "import sys; sys.argv = ['bench']; from benchharness.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_given_a_script_of_its_own(tmp_path: Path, shell: str) -> None:
    done = bench(tmp_path, "completion", shell)
    assert done.returncode == 0
    assert f"_BENCH_COMPLETE={shell}_complete" in done.stdout


def test_bash_takes_the_script_and_completes_with_it(tmp_path: Path) -> None:
    script = bench(tmp_path, "completion", "bash").stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_commands_options_and_values_are_completed() -> None:
    assert completed("bench ga", at=1) == ["gate"]
    assert {"--base", "--sarif"} <= set(completed("bench gate --", at=2))
    assert completed("bench run --stop cur", at=3) == ["curtail"]
    assert completed("bench gate --format mark", at=3) == ["markdown"]


def test_another_shell_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = bench(tmp_path, "completion", "tcsh")
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
