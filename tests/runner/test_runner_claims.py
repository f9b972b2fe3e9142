"""Two runs on one store: what one means to ask, the other leaves to it; what a dead one claimed is free."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchharness.errors import SetupError
from benchharness.runner.claims import Claims

KEEP = "import sys, time; from pathlib import Path; from benchharness.runner.claims import Claims; c = Claims(Path(sys.argv[1])); "


def test_what_one_claims_the_other_leaves_until_it_is_given_back(tmp_path: Path) -> None:
    with Claims(tmp_path) as one, Claims(tmp_path) as other:
        assert one.claim(["a", "b"]) == {"a", "b"}
        assert other.claim(["b", "c"]) == {"c"}
        assert one.claim(["a"]) == {"a"}
        one.release(["b"])
        assert other.claim(["b"]) == {"b"}
        assert one.claim(["b", "c"], done=["a"]) == set()
        assert other.claim(["a"]) == {"a"}


def test_what_a_finished_run_claimed_is_free(tmp_path: Path) -> None:
    with Claims(tmp_path) as one:
        one.claim(["a"])
    with Claims(tmp_path) as other:
        assert other.claim(["a"]) == {"a"}
    assert not list(tmp_path.glob("*.lock"))


def test_what_a_killed_run_claimed_is_free_at_once_and_what_a_living_one_did_is_not(tmp_path: Path) -> None:
    holding = KEEP + "c.claim(['a']); print('held', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", holding, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    with Claims(tmp_path) as other:
        assert other.claim(["a", "b"]) == {"b"}
        child.kill()
        child.wait()
        child.stdout.close()
        other._alive.clear()
        assert other.claim(["a"]) == {"a"}


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "claims.sqlite").write_text("something else that somebody put there, longer than a header of a database is" * 3)
    with pytest.raises(SetupError, match="claims of running runs"):
        Claims(tmp_path)
