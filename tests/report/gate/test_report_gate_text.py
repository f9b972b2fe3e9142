"""The screen of `bench gate`."""

import re
from dataclasses import replace

import pytest
from gate_samples import check, huge, in_state, nothing, ordinary, proposal, report, saying, texts
from hypothesis import given

from benchharness.records.comparison import Interval
from benchharness.records.gate import CheckStatus, Outcome
from benchharness.report.gate.text import render

ORDINARY = """\
FT-0007  NOT JUSTIFIED
  Fine-tune an 8B model for resume field extraction
  Prompting is enough. claude-haiku/few-shot is right on 180 of 200 (90.0%,
    interval 85.1% to 93.4%); the bar is 82.8%. The tuned model is 1.0 points
    better, interval -2.6 to +4.6; at least +2.0 was asked for.

                  best prompt      tuned model              difference
field_f1      90.0% (180/200)  91.0% (182/200)  +1.0 pt (-2.6 to +4.6)
monthly cost          $384.00          $800.00                +$416.00
p95 latency             1.7 s            1.1 s                 -600 ms
not measured                0                0
Cost is for 240,000 requests a month.

Checks: 1 failed, 1 not settled, 1 not checked, 1 told, 2 passed
  ✗ ninety-percent: failed. The best prompt reaches 90.0%, the bar is 82.8%.
     -> Keep the prompt, or show a target it misses.
     at proposals/FT-0007.yaml:12
  ? useful-gain: not settled. The gain's interval holds +2.0 points.
     -> Add 142 examples.
     at proposals/FT-0007.yaml:14

It also helps to know
  prices: The prices are of 2026-11-20.

To merge
  Set `decision.outcome: rejected` in `proposals/FT-0007.yaml`, or add a waiver
    for `ninety-percent`.

What would change this
  A gap whose lower end is above +2.0 points.
  More than 903,000 requests a month.

Know this
  The policy changed in this pull request; the base's own was used.

1 of 1 proposals were looked at.
GATE  not justified · exit code 10"""


def test_an_ordinary_report_is_one_screen() -> None:
    assert render(ordinary()) == ORDINARY


def test_nothing_to_check_says_so_and_exits_with_nothing() -> None:
    assert render(nothing()).splitlines()[-1] == "GATE  nothing to check · exit code 0"


@pytest.mark.parametrize("outcome", Outcome)
def test_the_last_line_says_the_outcome_and_the_exit_code(outcome: Outcome) -> None:
    found = in_state(outcome)
    assert render(found).splitlines()[-1].endswith(f"exit code {found.exit_code}")


@pytest.mark.parametrize("outcome", [Outcome.INVALID, Outcome.MISMATCH])
def test_numbers_that_cannot_be_believed_are_not_shown(outcome: Outcome) -> None:
    assert "field_f1" not in render(in_state(outcome))


def test_a_failing_guard_stands_with_its_place() -> None:
    guard = replace(check("training/**", CheckStatus.FAILED, "No live decision applies to it.", line=3))
    assert "training/**: failed" in render(report(guards=(guard,)))


def test_a_table_too_wide_for_the_screen_stays_within_it() -> None:
    wide = Interval(low=1_234_567_890.0, high=9_876_543_210.0)
    of = replace(proposal(), costs_usd_per_month=(wide, wide), metric="a-metric-with-a-very-long-name" * 5)
    assert all(len(line) <= 80 for line in render(report(of)).splitlines())


@given(texts)
def test_quoted_text_is_shown_and_never_obeyed(text: str) -> None:
    screen = render(saying(text))
    assert all(line.isprintable() and len(line) <= 80 for line in screen.split("\n"))
    assert screen.splitlines()[-1] == "GATE  not justified · exit code 10"


@given(texts)
def test_no_line_is_a_command_of_a_build_server(text: str) -> None:
    screen = render(saying(text))
    assert not re.search(r"^\s*::|##", screen, re.MULTILINE)


def test_a_report_gives_the_same_screen_twice() -> None:
    assert render(huge(3, disagreements=9)) == render(huge(3, disagreements=9))
