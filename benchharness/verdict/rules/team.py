"""Is there a team that can keep a model of one's own alive, with somebody's name on it?"""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.circumstances import Team
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import FILL_IN, named, not_asked

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S0: hosting needs engineers for CUDA, ONNX and containers, on-call, an upgrade process and monitoring, priced before the comparison; "
    "S3: who maintains this in 18 months? S1 counts 2 to 3 engineers, S2 3 to 8, S4 no team of 50: no head count is the default (RULES K11)"
)
RULE = "team"
EXAMPLE = "team: {owner: platform team, ml_engineers: 1.5, on_call: true, upgrades: true, monitoring: true, net_new: false}"
DUTIES = {"on_call": "on-call", "upgrades": "an upgrade process", "monitoring": "monitoring"}


def find(evidence: Evidence) -> Finding:
    """Return met when an owner, engineers and all three duties are there today; what isn't said is no yes. It claims no proof."""
    stated = evidence.decision.team
    if stated is None:
        question = "who would keep a model of your own alive"
        return not_asked(evidence, rule=RULE, question=question, key="team", remedy=f"Say it with `decision.{EXAMPLE}`.", source=SOURCE)
    lacking, unsaid = _lacking(stated), _unsaid(stated)
    months = f"{evidence.thresholds['maintenance_months']:g} months"
    people = "" if stated.ml_engineers is None else f", with {stated.ml_engineers:g} of an ML engineer's time"
    owner = (
        f"{' '.join(stated.owner.split())} maintains it in {months}" if stated.owner.strip() else f"Nobody is named for {months} from now"
    )
    if lacking:
        status, rest = Status.NOT_MET, f"what isn't there: {numbers.listed(lacking)}"
        remedy = "Price what's missing into the cost of the model before comparing."
    elif unsaid:
        keys = [f"team.{each}" for each in unsaid]
        status, rest, remedy = Status.NOT_TESTED, f"what isn't said: {named(keys)}", FILL_IN
    else:
        status, rest, remedy = Status.MET, f"{numbers.listed(list(DUTIES.values()))} are there", ""
    return Finding(
        rule=RULE, status=status, measured=stated.ml_engineers, sentence=f"{owner}{people}; {rest}.", remedy=remedy, source=SOURCE
    )


def _lacking(stated: Team) -> Sequence[str]:
    found = [what for name, what in DUTIES.items() if getattr(stated, name) is False]
    if stated.ml_engineers == 0:
        found.insert(0, "an engineer who can train and serve a model")
    if stated.net_new:
        found.insert(0, "the team, which would have to be hired")
    return found


def _unsaid(stated: Team) -> Sequence[str]:
    named = [] if stated.owner.strip() else ["owner"]
    return named + [each for each in ("ml_engineers", *DUTIES, "net_new") if getattr(stated, each) is None]
