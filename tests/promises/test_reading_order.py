"""A newcomer reads at most 900 lines, and has then seen one of everything."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ORDER = TEXT.split("## Read in this order")[1].split("\n## ")[0]
FILES = [ROOT / "CONTRIBUTING.md", *(ROOT / each for each in re.findall(r"`(benchharness/[\w/]+\.py)`", ORDER))]


def test_what_a_newcomer_reads_is_there_and_no_more_than_900_lines() -> None:
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in FILES) <= 900
    assert len(FILES) == len(set(FILES))


def test_it_leads_through_one_command_one_record_one_scorer_and_one_rule() -> None:
    folders = [path.parent.relative_to(ROOT).as_posix() for path in FILES]
    assert [folders.count(f"benchharness/{each}") for each in ("pipeline", "records", "scorers", "verdict/rules")] == [1, 1, 1, 1]


def test_it_names_every_stage_and_every_step() -> None:
    for folder in (path for path in (ROOT / "benchharness").iterdir() if (path / "__init__.py").is_file()):
        assert f"`{folder.name}/`" in TEXT or f"`{folder.name}`" in TEXT, f"CONTRIBUTING.md doesn't say what {folder.name}/ is"
    steps = [path.name for path in (ROOT / "benchharness/pipeline").iterdir() if (path / "__init__.py").is_file()]
    (told,) = re.findall(r"`(\w+(?: › \w+)+)`", TEXT)
    assert sorted(told.split(" › ")) == sorted(steps)
