"""The gate's annotations: few, on the right lines, and one line each whatever they quote."""

import re
from dataclasses import replace

from gate_samples import check, huge, nothing, ordinary, proposal, report, saying, texts
from hypothesis import given

from benchharness.records.gate import CheckStatus, Outcome, Place
from benchharness.report.gate.annotations import MOST, render

COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^:,]*)(?:,\w+=[^:,]*)*)::(.*)")


def test_an_ordinary_report_marks_the_lines_of_its_checks() -> None:
    assert render(ordinary()).splitlines() == [
        (
            "::error file=proposals/FT-0007.yaml,line=12,col=3,title=bench gate%3A FT-0007%3A not justified::"
            "ninety-percent: The best prompt reaches 90.0%25, the bar is 82.8%25.%0A"
            "What to do: Keep the prompt, or show a target it misses."
        ),
        (
            "::warning file=proposals/FT-0007.yaml,line=14,col=3,title=bench gate%3A FT-0007%3A not justified::"
            "useful-gain: The gain's interval holds +2.0 points.%0AWhat to do: Add 142 examples."
        ),
        "::notice title=bench gate::The policy changed in this pull request; the base's own was used.",
    ]


def test_nothing_to_check_says_nothing() -> None:
    assert render(nothing()) == ""


def test_a_proposal_that_waits_for_people_is_a_warning_on_its_own_line() -> None:
    of = replace(proposal(), outcome=Outcome.WAITING, checks=(), headline="Ready for your decision.", to_merge="")
    assert render(report(of)) == (
        "::warning file=proposals/FT-0007.yaml,line=4,title=bench gate%3A FT-0007%3A waiting for a decision::"
        "outcome: Ready for your decision."
    )


def test_of_many_errors_the_worst_few_stand_and_the_rest_is_counted() -> None:
    lines = render(huge()).splitlines()
    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == MOST
    assert all("evidence does not match" in line for line in errors)
    assert re.search(r"%0AAnd [\d,]+ more: see the job summary.$", errors[-1])
    assert sum(line.startswith("::notice") for line in lines) == MOST


def test_a_proposal_that_passed_has_neither_error_nor_warning() -> None:
    checks = tuple(each for each in proposal().checks if each.status is CheckStatus.PASSED)
    assert render(report(replace(proposal(), outcome=Outcome.PASSED, checks=checks))) == ""


def test_signs_in_a_path_and_a_title_are_escaped() -> None:
    odd = replace(check("x", CheckStatus.FAILED, "100%\nreally"), place=Place(file="a,b:c%.yaml", line=1))
    assert render(report(replace(proposal(), checks=(odd,)))).startswith("::error file=a%2Cb%3Ac%25.yaml,line=1,title=")


@given(texts)
def test_every_annotation_is_one_line_and_nothing_else_is_a_command(text: str) -> None:
    lines = render(saying(text)).splitlines()
    assert lines
    for line in lines:
        assert COMMAND.fullmatch(line), line
        assert line.isprintable()
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", line)
