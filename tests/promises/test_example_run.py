"""The run that is committed as an example says what its own rows say, and its page is there to be opened."""

import json
from pathlib import Path

from story.commanding import bench

ROOT = Path(__file__).parents[2]
(RUN,) = (ROOT / "reports/resume-review").glob("2026-11-21T162019Z-*")


def test_the_committed_verdict_is_made_again_from_the_committed_rows() -> None:
    done = bench(ROOT, "decide", "suites/resume.yaml", "--results", str(RUN), "--json")
    assert done.returncode == 0, done.stderr
    again, kept = json.loads(done.stdout), json.loads((RUN / "verdict.json").read_text(encoding="utf-8"))
    assert [again[key] for key in ("verdict", "headline", "flips_if", "policy_hash")] == [
        kept[key] for key in ("verdict", "headline", "flips_if", "policy_hash")
    ]
    assert [(each["rule"], each["status"], each["proof"]) for each in again["findings"]] == [
        (each["rule"], each["status"], each["proof"]) for each in kept["findings"]
    ]


def test_its_page_stands_in_one_file_with_the_same_headline() -> None:
    page = (RUN / "report.html").read_text(encoding="utf-8")
    assert json.loads((RUN / "verdict.json").read_text(encoding="utf-8"))["headline"] in page
    assert len(page) < 200_000
