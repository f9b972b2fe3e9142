"""The gate as JUnit XML: valid whatever it quotes, and red where the gate is.

No wheel on PyPI carries a JUnit schema. The rules both published schemas share (Jenkins's `junit-4.xsd` and `junit-10.xsd`) stand
here as our own check. Where `BENCH_JUNIT_XSD` names a folder with `*.xsd` files, those are used too: `junit-10.xsd` is in the
source distribution of pytest (`testing/example_scripts/`).
"""

import os
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from gate_samples import HOSTILE, check, huge, in_state, nothing, ordinary, proposal, report, saying, texts
from hypothesis import given, settings

from benchharness.records.gate import CheckStatus, GateReport, Outcome
from benchharness.report.gate.junit import legal, render

NEEDED = {"testsuites": set(), "testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}, "property": {"name", "value"}}
ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname", "id", "package"},
    "testcase": {"name", "time", "classname"},
    "property": {"name", "value"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
}
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "properties": ["property"],
    "testcase": ["skipped", "error", "failure", "system-out", "system-err"],
}
SCHEMAS = sorted(Path(os.environ["BENCH_JUNIT_XSD"]).glob("*.xsd")) if os.environ.get("BENCH_JUNIT_XSD") else []

SAMPLES = [ordinary(), nothing(), huge(3, disagreements=5, candidates=3), *(in_state(each) for each in Outcome), *map(saying, HOSTILE)]


def keeps_the_rules(element: ET.Element) -> None:
    """Fail unless an element and all below it keep the rules both of Jenkins's schemas have."""
    assert NEEDED.get(element.tag, set()) <= set(element.keys()) <= ALLOWED.get(element.tag, set())
    order = [CHILDREN.get(element.tag, []).index(child.tag) for child in element]
    assert order == sorted(order)
    assert element.tag != "properties" or len(element)
    assert not len(element) or not (element.text or "").strip()
    for child in element:
        keeps_the_rules(child)


def parsed(found: GateReport) -> ET.Element:
    return ET.fromstring(render(found))  # noqa: S314 - our own text


@pytest.mark.parametrize("found", SAMPLES)
def test_the_document_keeps_the_rules_of_both_schemas(found: GateReport) -> None:
    keeps_the_rules(parsed(found))


@pytest.mark.skipif(not SCHEMAS, reason="BENCH_JUNIT_XSD names no folder with a schema (pytest's source distribution has one)")
@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.name)
def test_the_document_is_valid_against_the_published_schema(schema: Path) -> None:
    against = xmlschema.XMLSchema(str(schema))
    for found in SAMPLES:
        against.validate(render(found))


def test_every_check_is_a_case_and_a_failure_says_what_to_do_and_where() -> None:
    suite, guards = parsed(ordinary())
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("FT-0007", "6", "2", "1")
    assert [case.get("name") for case in suite.findall("testcase")] == [each.name for each in proposal().checks]
    failed, still_open = suite.iter("failure")
    assert (failed.get("type"), still_open.get("type")) == ("not-justified", "open")
    assert failed.text == (
        "The best prompt reaches 90.0%, the bar is 82.8%.\n-> Keep the prompt, or show a target it misses.\nat proposals/FT-0007.yaml:12"
    )
    assert guards.get("tests") == "0"


@pytest.mark.parametrize("outcome", [Outcome.INVALID, Outcome.MISMATCH])
def test_what_could_not_be_judged_is_an_error_not_a_failure(outcome: Outcome) -> None:
    broken = check("scores", CheckStatus.FAILED, "Other than stored.", outcome=outcome)
    suite = parsed(report(replace(proposal(), outcome=outcome, checks=(broken,))))[0]
    assert [each.get("type") for each in suite.iter("error")] == [outcome.value]
    assert suite.get("errors") == "1"
    assert suite.get("failures") == "0"


@pytest.mark.parametrize("outcome", [each for each in Outcome if report(replace(proposal(), outcome=each)).exit_code])
def test_a_proposal_that_stops_the_merge_is_red_even_when_no_check_failed(outcome: Outcome) -> None:
    suite = parsed(report(replace(proposal(), outcome=outcome, checks=())))[0]
    assert suite.find("testcase[@name='outcome']") is not None
    assert int(suite.get("failures", "0")) + int(suite.get("errors", "0")) == 1


def test_a_waived_check_is_skipped_and_told_ones_pass() -> None:
    waived = check("ninety-percent", CheckStatus.WAIVED, "Until 2027-03-01.")
    suite = parsed(report(replace(proposal(), outcome=Outcome.WAIVED, checks=(waived,))))[0]
    assert (suite.get("skipped"), suite.get("failures")) == ("1", "0")
    assert [each.text for each in suite.iter("skipped")] == ["waived: Until 2027-03-01.\nat proposals/FT-0007.yaml:4"]


@given(texts)
@settings(deadline=None)
def test_the_text_comes_back_as_it_was(text: str) -> None:
    root = parsed(saying(text))
    titles = [each.get("value") for each in root.iter("property") if each.get("name") == "title"]
    assert titles == ([legal(text)] * 2 if text else [])
    assert legal(text) in [each.get("message") for each in root.iter("failure")]
    assert root[0].get("name") == legal(text or "x")


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    assert legal("a\x00b\x1bc\ud800d\ufffee\r\nf") == "a\ufffdb\ufffdc\ufffdd\ufffde\nf"


def test_a_report_gives_the_same_document_twice() -> None:
    assert render(ordinary()) == render(ordinary())
