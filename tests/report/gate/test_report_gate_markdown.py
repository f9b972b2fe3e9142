"""The gate's comment and job summary: what they say, what they never let through, and how large they may be."""

import re
from dataclasses import replace

import pytest
from gate_samples import HOSTILE, VALID_AT, check, huge, in_state, nothing, ordinary, proposal, report, saying, texts
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from benchharness.records.gate import CheckStatus, GateReport, Outcome
from benchharness.report.gate.markdown import MOST_COMMENT, MOST_SUMMARY, comment, marker, summary

ORDINARY = """\
### bench gate: FT-0007 is **not justified** ✗

*Fine-tune an 8B model for resume field extraction*

Prompting is enough. claude-haiku/few-shot is right on 180 of 200 (90.0%, interval 85.1% to 93.4%); the bar is 82.8%. \
The tuned model is 1.0 points better, interval -2.6 to +4.6; at least +2.0 was asked for.

| | best prompt | tuned model | difference |
|:--|--:|--:|--:|
| field\\_f1 (200 examples) | 90.0% (180 of 200) | 91.0% (182 of 200) | +1.0 points (-2.6 to +4.6) |
| cost per month at 240,000 requests | \\$384.00 | \\$800.00 | +\\$416.00 |
| p95 latency | 1.7 s | 1.1 s | -600 ms |
| not measured | 0 | 0 |  |

**To merge:** Set `decision.outcome: rejected` in `proposals/FT-0007.yaml`, or add a waiver for `ninety-percent`.

**What would change this:**

- A gap whose lower end is above +2.0 points.
- More than 903,000 requests a month.

<details><summary>Checks: 1 failed, 1 not settled, 1 not checked, 1 told, 2 passed</summary>

| check | result | evidence | what to do | where |
|:--|:--|:--|:--|:--|
| ninety-percent | ✗ failed | The best prompt reaches 90.0%, the bar is 82.8%. | Keep the prompt, or show a target it misses. \
| `proposals/FT-0007.yaml:12` |
| useful-gain | ? not settled | The gain's interval holds +2.0 points. | Add 142 examples. | `proposals/FT-0007.yaml:14` |
| leakage | – not checked | The training pool isn't in the repository. |  |  |
| prices | · told | The prices are of 2026-11-20. |  |  |
| scores | ✓ passed | Recomputed from 600 stored rows: the same. |  |  |
| golden-set | ✓ passed | 200 examples, digest as in the evidence. |  |  |

</details>

<details><summary>Accuracy with 95% intervals</summary>

```text
claude-haiku/few-shot                      ┊├──●─┤      90.0%  85.1–93.4
local-8b/lora                              ┊ ├──◆─┤     91.0%  86.2–94.2
local-8b/zero-shot       ├────■───┤        ┊    ┊       61.0%  54.1–67.5
                                           └ bar 82.8%
                                                └ target 92.0%
                       50%                        100%
● api  ◆ fine-tuned  ■ self-hosted
```

</details>

<details><summary>3 examples where the two disagree (ids only)</summary>

`r-014`, `r-077`, `r-120`

</details>

<sub>run 2026-11-21-9f3c · policy a1b2c3d · bench 0.1.0 · commit a1b2c3d · verify: `bench gate proposals/FT-0007.yaml`</sub>

**Know this:**

- The policy changed in this pull request; the base's own was used.

<!-- bench-gate v1 key=proposals sha=a1b2c3d valid-at=2026-11-21T09:14:05Z -->
"""

OURS = {"details", "/details", "summary", "/summary", "sub", "/sub"}
MENTION = re.compile(r"@[A-Za-z0-9]|#\d|gh-\d", re.IGNORECASE)
LINK = re.compile(r"[a-z]://|www\.|[\w.]@\w", re.IGNORECASE)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(markdown: str) -> list[Token]:
    """Return every token, those inside lines too."""
    return [each for token in MARKDOWN.parse(markdown) for each in (token, *(token.children or ()))]


def written(report: GateReport) -> str:
    return comment(report, valid_at=VALID_AT)


def shape(markdown: str) -> list[str]:
    """Return what the page is built of, without its words and without inline code."""
    found = []
    for each in tokens(markdown):
        if each.type in {"html_block", "html_inline"}:
            found += re.findall(r"<!--|</?\w+", each.content)
        elif each.type not in {"text", "code_inline", "inline", "text_special"}:
            found.append(each.type + each.tag)
    return found


def test_an_ordinary_comment() -> None:
    assert written(ordinary()) == ORDINARY


def test_nothing_to_check_is_no_comment_but_a_summary() -> None:
    assert written(nothing()) == ""
    assert "nothing to check" in summary(nothing())


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.NOTHING_TO_CHECK])
def test_every_comment_ends_with_its_marker(outcome: Outcome) -> None:
    found = in_state(outcome)
    assert written(found).endswith(f"\n\n{marker(found, valid_at=VALID_AT)}\n")


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome.PASSED, "FT-0007 has **passed** ✓"),
        (Outcome.WAIVED, "FT-0007 is **waived** ◇"),
        (Outcome.NOT_JUSTIFIED, "FT-0007 is **not justified** ✗"),
        (Outcome.UNDECIDED, "FT-0007 is **undecided** ?"),
        (Outcome.STALE, "FT-0007 is **stale** ↻"),
        (Outcome.WAITING, "FT-0007 is **waiting for a decision** …"),
        (Outcome.MISMATCH, "FT-0007: **the evidence does not match** ≠"),
        (Outcome.INVALID, "FT-0007: **the gate could not run** !"),
    ],
)
def test_the_first_line_has_the_outcome_in_a_word_and_a_glyph(outcome: Outcome, word: str) -> None:
    assert written(in_state(outcome)).splitlines()[0] == f"### bench gate: {word}"


@pytest.mark.parametrize("outcome", [Outcome.INVALID, Outcome.MISMATCH])
def test_what_cannot_be_judged_has_no_verdict_and_no_number_but_its_checks_open(outcome: Outcome) -> None:
    found = written(in_state(outcome))
    assert "This is no verdict" in found
    assert "not justified" not in found
    assert "best prompt |" not in found
    assert "Accuracy" not in found
    assert "| ninety-percent | ✗ failed |" in found.split("<details>")[0]


def test_a_waiver_says_who_and_until_when_in_the_open() -> None:
    waived = check("ninety-percent", CheckStatus.WAIVED, "Waived until 2027-03-01 by ana: a contract forbids APIs.")
    of = replace(proposal(), outcome=Outcome.WAIVED, checks=(waived,))
    assert "- **Waived:** ninety-percent: Waived until 2027-03-01 by ana" in written(report(of)).split("<details>")[0]


def test_a_decided_proposal_is_one_line_and_the_rest_is_folded_away() -> None:
    found = written(in_state(Outcome.PASSED, decision="rejected"))
    assert found.startswith(
        "### bench gate: FT-0007 is **resolved** ✓\n\nPeople decided: **rejected**. The evidence says **not justified**."
    )
    assert found.index("<details><summary>Evidence and checks") < found.index("| field")


def test_several_proposals_stand_under_the_worst_outcome() -> None:
    found = written(report(proposal(), replace(proposal(), id="FT-0008", outcome=Outcome.MISMATCH)))
    assert found.startswith("### bench gate: **evidence does not match** ≠ · 2 proposals\n")
    assert found.index("#### FT-0007") < found.index("#### FT-0008")
    assert found.index("| FT-0008 | ≠") < found.index("| FT-0007 | ✗")


def test_a_guard_that_fails_is_not_hidden_behind_a_proposal_that_passed() -> None:
    guard = check("training/**", CheckStatus.FAILED, "No live decision applies to it.")
    found = written(report(replace(proposal(), outcome=Outcome.PASSED), guards=(guard,)))
    assert found.startswith("### bench gate: **not justified** ✗\n")
    assert "| training/\\*\\* | ✗ failed |" in found


def test_without_a_tuned_model_the_table_still_stands() -> None:
    of = replace(proposal(), lines=proposal().lines[:1], difference=None, costs_usd_per_month=None)
    found = written(report(of))
    assert "90.0% (180 of 200) | – | unknown |" in found
    assert "| cost per month at 240,000 requests | unknown | unknown | unknown |" in found


BENIGN = shape(written(saying("x")))


@given(texts)
@settings(deadline=None, max_examples=300)
def test_no_text_adds_or_breaks_any_element(text: str) -> None:
    """A page with hostile words is built like the page with a harmless word: no HTML, no link, no cell, no fence more or less."""
    built = shape(written(saying(text if text.strip() and any(each.isprintable() and not each.isspace() for each in text) else "x")))
    assert built == BENIGN


@pytest.mark.parametrize("text", HOSTILE)
def test_no_known_trick_adds_any_tag(text: str) -> None:
    for page in (written(saying(text)), summary(saying(text))):
        raw = " ".join(each.content for each in tokens(page) if each.type.startswith("html"))
        assert set(re.findall(r"</?(\w+)", raw)) <= {tag.strip("/") for tag in OURS}
        assert not re.search(r"<\w+\s", raw), "one of our tags has an attribute"
        assert not [each for each in tokens(page) if each.type in {"link_open", "image"}]


@given(texts)
@settings(deadline=None, max_examples=300)
def test_nobody_is_mentioned_no_issue_named_and_nothing_linked(text: str) -> None:
    """GitHub looks for them in the rendered text, outside code; a line's neighbours are joined as it sees them."""
    for each in MARKDOWN.parse(written(saying(text))):
        if each.type == "inline":
            seen = "".join("" if part.type in {"code_inline", "html_inline"} else part.content for part in each.children or ())
            assert not MENTION.search(seen)
            assert not LINK.search(seen)


@given(texts)
@settings(deadline=None)
def test_nothing_invisible_and_no_second_marker_gets_through(text: str) -> None:
    page = written(saying(text))
    assert all(char.isprintable() or char == "\n" for char in page)
    assert page.count("<!--") == 1
    assert page.count("-->") == 1


def test_a_marker_cannot_be_ended_by_what_is_in_it() -> None:
    found = marker(replace(ordinary(), head="a--> <b>"), valid_at="1 --> 2")
    assert found == "<!-- bench-gate v1 key=proposals sha=a-b valid-at=1-2 -->"


@pytest.mark.parametrize("text", ["|@a#1<b>", "😀", "x", "`" * 7])
def test_the_comment_keeps_to_its_size_whatever_the_report(text: str) -> None:
    page = written(huge(text=text))
    assert len(page.encode("utf-16-le")) // 2 <= MOST_COMMENT
    assert page.endswith(" -->\n")
    assert "more, see the job summary" in page
    assert page.count("<details>") == page.count("</details>")
    assert page.count("```text") * 2 == len(re.findall(r"^```", page, re.MULTILINE))


def test_one_huge_proposal_is_cut_within_its_lists() -> None:
    page = written(huge(1))
    assert len(page) <= MOST_COMMENT
    assert "- and 4,940 more, see the job summary" in page
    assert "- and 35 more, see the job summary" in page


def test_the_worst_proposals_are_the_ones_that_stay() -> None:
    shown = re.findall(r"^#### FT-(\d+)", written(huge()), re.MULTILINE)
    assert shown
    assert {int(each) % 4 for each in shown} == {2}


def test_the_summary_keeps_to_its_size_and_has_more_than_the_comment() -> None:
    found = huge()
    page = summary(found)
    assert len(page.encode()) <= MOST_SUMMARY
    assert len(page) > len(written(found))


def test_a_report_gives_the_same_bytes_twice() -> None:
    assert written(huge(5, disagreements=50)) == written(huge(5, disagreements=50))
    assert summary(huge(5, disagreements=50)) == summary(huge(5, disagreements=50))
