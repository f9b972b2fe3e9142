"""Reports of the gate that its renderers are tested with: an ordinary one, every state, a hostile one, and a huge one."""

from dataclasses import replace

from hypothesis import strategies as st

from benchharness.records.comparison import Interval
from benchharness.records.gate import (
    EXIT_CODES,
    Check,
    CheckStatus,
    GateLine,
    GateReport,
    Outcome,
    Place,
    ProposalReport,
    Standing,
    worst,
)

VALID_AT = "2026-11-21T09:14:05Z"

HOSTILE = (
    "a | b || c",
    "`code` ``more`` ```\nfence\n```",
    "<img src=x onerror=alert(1)>",
    "</details></summary></sub>",
    "@team/everyone and @octocat",
    "closes #123, GH-45, owner/repo#6",
    "--> <!-- bench-gate v1 key=proposals sha=0 valid-at=9 -->",
    "::error::owned",
    "::add-mask::x",
    "##[error]owned ##vso[task.setvariable]x",
    "one\r\ntwo\n\n# three\n- four",
    "\u202etxt.exe\u202c \u200b\u200d\ufeff",
    "[a](https://evil.example) ![b](https://evil.example/b.png) <https://evil.example>",
    "https://evil.example www.evil.example me@evil.example",
    "&lt;b&gt; &#64;team &commat;team",
    "\x1b[31mred\x1b[0m\x00\x07\x9b",
    "\\| \\` \\\\| \\",
    "```",
    "~~~",
    "$x$ :tada: [^1] *b* _i_ ~~s~~",
    "1. one",
    "- [ ] task",
    "===",
    "\ud800 \ufffe \x85 \u2028",
    "%0A::error::x, y: z",
    "]]> &amp; {0} [link](1)",
    "",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.sampled_from("@#|`<>&[]()*_~\\-:!/ \n\r\t.{}$%,1aw\u202e\u200b\x1b\ufeff"), max_size=60),
    st.text(max_size=40),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join),
)


def line(name: str, role: str, matched: int, *, path: str = "api", low: float, high: float, p95_s: float) -> GateLine:
    return GateLine(
        name=name, path=path, role=role, matched=matched, n=200, missing=0, rate=matched / 200,
        interval=Interval(low=low, high=high), usd_per_1k=1.6, p95_s=p95_s,
    )  # fmt: skip


def check(name: str, status: CheckStatus, sentence: str, *, remedy: str = "", line: int = 0, outcome: Outcome | None = None) -> Check:
    place = Place(file="proposals/FT-0007.yaml", line=line, column=3) if line else None
    return Check(name=name, status=status, sentence=sentence, remedy=remedy, place=place, outcome=outcome)


def proposal() -> ProposalReport:
    return ProposalReport(
        id="FT-0007",
        title="Fine-tune an 8B model for resume field extraction",
        place=Place(file="proposals/FT-0007.yaml", line=4),
        outcome=Outcome.NOT_JUSTIFIED,
        headline=(
            "Prompting is enough. claude-haiku/few-shot is right on 180 of 200 (90.0%, interval 85.1% to 93.4%); the bar is 82.8%. "
            "The tuned model is 1.0 points better, interval -2.6 to +4.6; at least +2.0 was asked for."
        ),
        standing=Standing.NOT_JUSTIFIED,
        verdict="prompting",
        reasons=("ninety-percent", "useful-gain"),
        to_merge="Set `decision.outcome: rejected` in `proposals/FT-0007.yaml`, or add a waiver for `ninety-percent`.",
        flips_if=("A gap whose lower end is above +2.0 points.", "More than 903,000 requests a month."),
        metric="field_f1",
        target=0.92,
        bar=0.828,
        lines=(
            line("claude-haiku/few-shot", "best-prompt", 180, low=0.851, high=0.934, p95_s=1.7),
            line("local-8b/lora", "best-fine-tuned", 182, path="fine-tuned", low=0.862, high=0.942, p95_s=1.1),
            line("local-8b/zero-shot", "", 122, path="self-hosted", low=0.541, high=0.675, p95_s=1.1),
        ),
        difference=(1.0, -2.6, 4.6),
        costs_usd_per_month=(Interval(low=384.0, high=384.0), Interval(low=800.0, high=800.0)),
        requests_per_month=240_000,
        disagreements=("r-014", "r-077", "r-120"),
        checks=(
            check(
                "ninety-percent", CheckStatus.FAILED, "The best prompt reaches 90.0%, the bar is 82.8%.",
                remedy="Keep the prompt, or show a target it misses.", line=12, outcome=Outcome.NOT_JUSTIFIED,
            ),
            check("useful-gain", CheckStatus.OPEN, "The gain's interval holds +2.0 points.", remedy="Add 142 examples.", line=14),
            check("scores", CheckStatus.PASSED, "Recomputed from 600 stored rows: the same."),
            check("golden-set", CheckStatus.PASSED, "200 examples, digest as in the evidence."),
            check("leakage", CheckStatus.NOT_CHECKED, "The training pool isn't in the repository."),
            check("prices", CheckStatus.TOLD, "The prices are of 2026-11-20."),
        ),
        evidence={"run": "2026-11-21-9f3c", "policy": "a1b2c3d"},
    )  # fmt: skip


def report(*proposals: ProposalReport, guards: tuple[Check, ...] = (), notices: tuple[str, ...] = ()) -> GateReport:
    outcome = worst(tuple(each.outcome for each in proposals))
    if any(each.status is CheckStatus.FAILED for each in guards):
        outcome = worst((outcome, Outcome.NOT_JUSTIFIED))
    return GateReport(
        outcome=outcome, exit_code=EXIT_CODES[outcome], headline=f"{len(proposals)} of {len(proposals)} proposals were looked at.",
        proposals=proposals, guards=guards, notices=notices, base="0f0f0f0", head="a1b2c3d", today="2026-11-21", version="0.1.0",
    )  # fmt: skip


def ordinary() -> GateReport:
    return report(proposal(), notices=("The policy changed in this pull request; the base's own was used.",))


def nothing() -> GateReport:
    return report()


def in_state(outcome: Outcome, *, decision: str = "") -> GateReport:
    return report(replace(proposal(), outcome=outcome, decision=decision))


def saying(text: str) -> GateReport:
    """Return the ordinary report with a text in every place where people's or models' words can stand."""
    of = proposal()
    checks = tuple(
        replace(each, sentence=text, remedy=text, place=Place(file=f"p/{text}", line=3)) if index % 2 else replace(each, name=text or "x")
        for index, each in enumerate(of.checks)
    )
    hostile = replace(
        of, id=text or "x", title=text, headline=text, to_merge=text, flips_if=(text, text), metric=text, decision="", checks=checks,
        lines=tuple(replace(each, name=text) for each in of.lines), disagreements=(text, f"{text}2"),
        evidence={text: text}, place=Place(file=f"p/{text}", line=2, column=1),
    )  # fmt: skip
    guards = (Check(name=text or "x", status=CheckStatus.FAILED, sentence=text, remedy=text, place=Place(file=text or "x", line=1)),)
    found = report(hostile, replace(hostile, outcome=Outcome.WAIVED), guards=guards, notices=(text, text))
    return replace(found, headline=text, head=text, version=text)


def huge(proposals: int = 100, *, candidates: int = 500, disagreements: int = 5_000, text: str = "|@a#1<b>") -> GateReport:
    """Return a report far larger than any comment may be, every sentence of it hostile."""
    of = proposal()
    long = text * 200
    checks = tuple(check(f"check-{index}", CheckStatus.FAILED, long, remedy=long, line=index + 1) for index in range(60))
    ids = tuple(f"{text}-{index}-{'x' * 60}" for index in range(disagreements))
    many = tuple(replace(of.lines[0], name=f"{text}{index}", role="" if index else "best-prompt") for index in range(candidates))
    one = replace(
        of, title=long, headline=long, to_merge=long, flips_if=(long,) * 40, lines=many, disagreements=ids, checks=checks,
    )  # fmt: skip
    outcomes = (Outcome.PASSED, Outcome.NOT_JUSTIFIED, Outcome.MISMATCH, Outcome.WAIVED)
    all_of_them = tuple(replace(one, id=f"FT-{index:04}", outcome=outcomes[index % 4]) for index in range(proposals))
    return report(*all_of_them, guards=checks, notices=(long,) * 60)
