"""Worlds written to make the verdict lie: who could gain from a claim being wrong, and how would they go about it?"""

from dataclasses import replace

from truth.worlds import Gone, World

from benchharness.records.comparison import Stopping

__all__ = ["ATTACKS", "KINDS", "LARGE", "OWN", "POWER", "QUICK"]

# A bar nobody can be refuted at, so that only "better" stands between the world and a false claim.
EASY = "not-proven"
BASE = World(name="base", prompts=(0.70,), tuned=(0.70,), bar=0.68, must_be=EASY)
# The fine-tune is far above the bar and leads by exactly the margin: only the lead is in question.
LEAD = World(name="lead", prompts=(0.70,), tuned=(0.80,), bar=0.71, margin=0.10, must_be=EASY)
RIVAL = replace(LEAD, name="rival", prompts=(0.60,))
ENOUGH = World(name="a prompt at 88% against a bar of 85.5%", prompts=(0.88,), tuned=(0.96,), bar=0.855)
ON_BAR = replace(ENOUGH, name="on the bar", prompts=(0.855,))
SMALL = World(name="small model", prompts=(0.50,), tuned=(0.60,), classical=(0.80,), bar=0.80)
FORCED = World(name="forced", prompts=(0.95,), tuned=(), hosted=(0.80,), bar=0.80, may_leave=False)
BARS = World(name="bars", prompts=(0.60,), tuned=(), hosted=(0.90,), bar=0.80, building=True)
SLICED = World(name="slice", prompts=(0.60,), tuned=(0.90,), bar=0.75, slice_share=0.3, slice_rates=(0.80, 0.75))
OF_TUNED = World(name="share", prompts=(0.81,), tuned=(0.90,), bar=0.70, of_fine_tuned=0.90)
GONE_LEAD = replace(LEAD, name="gone", gone_share=0.08)
HALF = (0.5,)
FALLING = (0.5, 0.25, 0.125, 0.0625, 0.03125)

CHOSEN = (
    replace(
        BASE,
        name="one of 13 prompts as good as the fine-tune, a tenth of the examples chooses",
        prompts=(0.80, *(0.70,) * 12),
        tuned=(0.80,),
        bar=0.71,
        shared=0.2,
        dev_share=0.1,
    ),
    replace(
        BASE,
        name="one of 13 prompts as good as the fine-tune, three tenths choose",
        prompts=(0.80, *(0.70,) * 12),
        tuned=(0.80,),
        bar=0.71,
        shared=0.2,
        dev_share=0.3,
    ),
    replace(
        LEAD,
        name="a base prompt 3 points below an independent one whose gap is the margin",
        prompts=(0.67, 0.70),
        own=(0.95, 0.0, 0.95),
    ),
    replace(LEAD, name="13 prompts, gap exactly the margin", prompts=(0.70,) * 13, shared=0.3),
    replace(LEAD, name="5 prompts of 10% to 70%, gap exactly the margin", prompts=(0.70, 0.5, 0.6, 0.3, 0.1), shared=0.0),
    replace(LEAD, name="5 prompts, gap exactly the margin, half of the examples chooses", prompts=(0.70,) * 5, dev_share=0.5),
    replace(
        BASE,
        name="on grounds of cost, exactly the margin behind an independent prompt",
        prompts=(0.80, 0.77),
        tuned=(0.77,),
        bar=0.60,
        own=(0.0, 0.95, 0.95),
    ),
    replace(BASE, name="on grounds of cost, exactly the margin behind 5 prompts", prompts=(0.80,) * 5, tuned=(0.77,), bar=0.60),
    replace(
        BASE, name="on grounds of cost, exactly the margin behind an own model", prompts=(0.70,), hosted=(0.80,), tuned=(0.77,), bar=0.60
    ),
    replace(RIVAL, name="a classical model as good as the fine-tune", classical=(0.80,)),
    replace(RIVAL, name="a classical model exactly the margin behind", classical=(0.70,)),
    replace(RIVAL, name="three classical models exactly the margin behind", classical=(0.70,) * 3),
    replace(RIVAL, name="an off-the-shelf model of one's own exactly the margin behind", hosted=(0.70,)),
    replace(LEAD, name="5 fine-tunes, 5 prompts, gap exactly the margin", prompts=(0.70,) * 5, tuned=(0.80,) * 5),
    replace(LEAD, name="8 independent fine-tunes, gap exactly the margin", tuned=(0.80,) * 8, shared=0.0),
    replace(
        LEAD, name="8 independent fine-tunes, three tenths choose, gap exactly the margin", tuned=(0.80,) * 8, shared=0.0, dev_share=0.3
    ),
    replace(LEAD, name="one target in two of three examples, gap exactly the margin", majority=2 / 3),
)
REFUTED = (
    ENOUGH,
    replace(ON_BAR, name="a prompt exactly on the bar"),
    replace(ON_BAR, name="10 prompts exactly on the bar", prompts=(0.855,) * 10),
    replace(ON_BAR, name="10 prompts exactly on the bar, far apart", prompts=(0.855,) * 10, shared=0.0),
    replace(ON_BAR, name="classical model exactly on the bar", prompts=(0.50,), classical=(0.855,)),
    replace(ON_BAR, name="off-the-shelf model of one's own exactly on the bar", prompts=(0.50,), hosted=(0.855,)),
    replace(ON_BAR, name="one prompt on the bar among 9 bad ones", prompts=(0.855, *(0.50,) * 9)),
    replace(ON_BAR, name="prompt exactly on the bar, three tenths of the examples choose", dev_share=0.3),
    replace(ON_BAR, name="T = 1, prompt exactly on the bar", prompts=(0.90,), tuned=(0.99,), bar=0.90, target=1.0),
    replace(ON_BAR, name="a bar of 98%, prompt exactly on it", prompts=(0.98,), tuned=(0.999,), bar=0.98, margin=0.0),
    replace(ON_BAR, name="a bar of 5%, prompt exactly on it", prompts=(0.05,), tuned=(0.40,), bar=0.05),
    replace(ON_BAR, name="prompt exactly at 40 of 50, below the bar", prompts=(0.80,), gap_rule=(40, 50)),
    replace(ON_BAR, name="prompt exactly on the bar, below 48 of 50", gap_rule=(48, 50)),
)
OTHER_SHARE = (
    replace(OF_TUNED, name="prompt keeps exactly 90% of the fine-tune's rate"),
    replace(OF_TUNED, name="5 prompts keep exactly 90% of it", prompts=(0.81,) * 5),
    replace(OF_TUNED, name="a prompt keeps exactly 90% of the rates of 5 fine-tunes", tuned=(0.90,) * 5),
    replace(OF_TUNED, name="a prompt keeps exactly 90% of it, both far apart", shared=0.0),
    replace(OF_TUNED, name="prompt keeps exactly 50% of the fine-tune's rate", prompts=(0.40,), tuned=(0.80,), of_fine_tuned=0.5),
    replace(OF_TUNED, name="a classical model keeps exactly 90% of it", prompts=(0.40,), classical=(0.81,)),
)
PARTS = (
    replace(SLICED, name="exactly 5 points worse in a slice of three tenths"),
    replace(
        SLICED,
        name="exactly 5 points worse than 5 prompts in a slice of three tenths",
        prompts=(0.60,) * 5,
        slice_rates=(0.80, 0.80, 0.80, 0.80, 0.80, 0.75),
    ),
    replace(SLICED, name="20 points worse in a slice of three tenths", slice_rates=(0.80, 0.60)),
    replace(SLICED, name="exactly 5 points worse in a slice, the last two fifths never asked", gone=Gone.NEVER_ASKED, gone_share=0.4),
)
MISSING = (
    replace(GONE_LEAD, name="right answers of the prompt missing, 8%, at the gain", gone=Gone.RIGHT, gone_from=("api",)),
    replace(GONE_LEAD, name="hardest answers of the fine-tune missing, 8%, at the gain", gone=Gone.HARD, gone_from=("fine-tuned",)),
    replace(GONE_LEAD, name="two fifths never asked of the prompt, at the gain", gone=Gone.NEVER_ASKED, gone_share=0.4, gone_from=("api",)),
    replace(
        GONE_LEAD,
        name="two fifths never asked of the fine-tune, at the gain",
        gone=Gone.NEVER_ASKED,
        gone_share=0.4,
        gone_from=("fine-tuned",),
    ),
    replace(
        GONE_LEAD,
        name="right answers of a classical rival missing, 8%",
        prompts=(0.5,),
        classical=(0.70,),
        gone=Gone.RIGHT,
        gone_from=("classical",),
    ),
    replace(ON_BAR, name="right answers of a prompt on the bar missing, 3%", gone=Gone.RIGHT, gone_share=0.03, gone_from=("api",)),
    replace(
        ON_BAR,
        name="right answers of a classical model on the bar missing, 3%",
        prompts=(0.5,),
        classical=(0.855,),
        gone=Gone.RIGHT,
        gone_share=0.03,
        gone_from=("classical",),
    ),
    replace(
        GONE_LEAD,
        name="hardest answers of the fine-tune missing, 3 repeats, at the gain",
        repeats=3,
        gone=Gone.HARD,
        gone_from=("fine-tuned",),
    ),
)
DEPENDENT = (
    replace(LEAD, name="clusters of 20, gap exactly the margin", cluster_size=20, clustered=0.3),
    replace(LEAD, name="half of the examples in one cluster, gap exactly the margin", sizes=HALF, clustered=0.3, shared=0.3),
    replace(LEAD, name="clusters that halve in size, gap exactly the margin", sizes=FALLING, clustered=0.3, shared=0.3),
    replace(LEAD, name="12 clusters of 4%, the rest alone, gap exactly the margin", sizes=(0.04,) * 12, clustered=0.4, shared=0.3),
    replace(ON_BAR, name="half of the examples in one cluster, prompt exactly on the bar", sizes=HALF, clustered=0.4, shared=0.3),
    replace(ON_BAR, name="12 clusters of 4%, prompt exactly on the bar", sizes=(0.04,) * 12, clustered=0.4, shared=0.3),
    replace(ON_BAR, name="7 clusters, prompt exactly on the bar", sizes=(1 / 7,) * 7, clustered=0.4, shared=0.3),
    replace(ON_BAR, name="10 repeats, prompt exactly on the bar", repeats=10),
    replace(
        LEAD, name="10 repeats, rates near 1, gap exactly the margin", prompts=(0.95,), tuned=(0.98,), bar=0.955, margin=0.03, repeats=10
    ),
    replace(LEAD, name="5 repeats of clusters of 5, gap exactly the margin", repeats=5, cluster_size=5, clustered=0.2),
)
CLASSICAL = (
    replace(SMALL, name="classical model exactly on the bar, nothing better"),
    replace(SMALL, name="5 classical models exactly on the bar, nothing better", classical=(0.80,) * 5),
    replace(SMALL, name="classical model above the bar, exactly the margin behind a prompt", prompts=(0.90,), classical=(0.87,)),
    replace(
        SMALL,
        name="classical model exactly the margin behind 5 prompts and 3 fine-tunes",
        prompts=(0.90,) * 5,
        tuned=(0.90,) * 3,
        classical=(0.87,),
    ),
    replace(
        SMALL, name="classical model exactly 10 points behind, a margin of 10", prompts=(0.98,), classical=(0.88,), classical_margin=0.10
    ),
    replace(SMALL, name="classical model exactly 1 point behind, a margin of 1", prompts=(0.90,), classical=(0.89,), classical_margin=0.01),
    replace(
        SMALL, name="hardest answers of a classical model on the bar missing", gone=Gone.HARD, gone_share=0.05, gone_from=("classical",)
    ),
)
OWN = (
    replace(FORCED, name="APIs ruled out, own model exactly on the bar"),
    replace(FORCED, name="APIs ruled out, 5 own models exactly on the bar", hosted=(0.80,) * 5),
    replace(FORCED, name="APIs ruled out, own model and fine-tune exactly on the bar", tuned=(0.80,), shared=0.0),
    replace(
        FORCED, name="APIs ruled out, 3 own models and 3 fine-tunes exactly on the bar", hosted=(0.80,) * 3, tuned=(0.80,) * 3, shared=0.0
    ),
    replace(FORCED, name="APIs ruled out, a classical model exactly on the bar", hosted=(0.95,), classical=(0.80,)),
    replace(
        FORCED,
        name="APIs ruled out, right answers of a classical model on the bar missing, a fine-tune",
        hosted=(),
        tuned=(0.95,),
        classical=(0.80,),
        gone=Gone.RIGHT,
        gone_share=0.10,
        gone_from=("classical",),
    ),
    replace(
        FORCED,
        name="APIs ruled out, hardest answers of an own model on the bar missing",
        gone=Gone.HARD,
        gone_share=0.05,
        gone_from=("self-hosted",),
    ),
    replace(BARS, name="by the bars, own model exactly on the bar", hosted=(0.80,)),
    replace(BARS, name="by the bars, own model no better than a prompt", prompts=(0.79,), hosted=(0.79,), bar=0.78, must_be=EASY),
    replace(BARS, name="by the bars, own model no better than a classical one", classical=(0.79,), hosted=(0.79,), bar=0.78),
    replace(BARS, name="by the bars, prompt exactly on the bar", prompts=(0.80,)),
    replace(BARS, name="by the bars, 5 prompts exactly on the bar, a fine-tune", prompts=(0.80,) * 5, tuned=(0.70,)),
    replace(BARS, name="by the bars, 5 own models exactly on the bar", hosted=(0.80,) * 5),
)
STOPPED = (
    replace(LEAD, name="--stop group, gap exactly the margin", stopping=Stopping.GROUP),
    replace(ON_BAR, name="--stop group, prompt exactly on the bar", stopping=Stopping.GROUP),
    replace(ON_BAR, name="--stop group, fine-tune exactly on the bar", prompts=(0.60,), tuned=(0.855,), stopping=Stopping.GROUP),
    replace(
        LEAD,
        name="--stop group, 2 prompts and 2 fine-tunes, gap exactly the margin",
        prompts=(0.70,) * 2,
        tuned=(0.80,) * 2,
        stopping=Stopping.GROUP,
    ),
    replace(LEAD, name="--stop group, clusters of 5, gap exactly the margin", cluster_size=5, clustered=0.2, stopping=Stopping.GROUP),
    replace(SMALL, name="--stop group, classical model exactly on the bar", stopping=Stopping.GROUP),
    replace(LEAD, name="--stop anytime, gap exactly the margin", stopping=Stopping.ANYTIME),
    replace(ON_BAR, name="--stop anytime, prompt exactly on the bar", stopping=Stopping.ANYTIME),
    replace(LEAD, name="--stop anytime, 8 fine-tunes, gap exactly the margin", tuned=(0.80,) * 8, stopping=Stopping.ANYTIME),
)
KINDS = {
    "chosen, then only that pair is tested": CHOSEN,
    "prompting not refuted": REFUTED,
    "a share of the fine-tune's own rate": OTHER_SHARE,
    "protected slices": PARTS,
    "missing answers": MISSING,
    "clusters and repeats": DEPENDENT,
    "classical models": CLASSICAL,
    "models of one's own": OWN,
    "stopped early": STOPPED,
}
ATTACKS = tuple(world for worlds in KINDS.values() for world in worlds)
# What the quick test draws: of each kind those that were false most often before, or were found to be.
QUICK = (CHOSEN[1], CHOSEN[2], CHOSEN[10], REFUTED[0], REFUTED[8], OTHER_SHARE[0], DEPENDENT[4], CLASSICAL[2], OWN[10])
# Large sets take long: of each kind the first few.
LARGE = tuple(world for worlds in KINDS.values() for world in worlds[:3])
POWER = (
    World(name="60% against 90%, a target of 90%", prompts=(0.60,), tuned=(0.90,), bar=0.81),
    World(name="the same with 10 prompts", prompts=(0.60,) * 10, tuned=(0.90,), bar=0.81),
    World(name="the same with a classical model at 70%", prompts=(0.60,), tuned=(0.90,), classical=(0.70,), bar=0.81),
    World(name="the same with 5 fine-tunes", prompts=(0.60,), tuned=(0.90,) * 5, bar=0.81),
    World(name="the same with `--stop group`", prompts=(0.60,), tuned=(0.90,), bar=0.81, stopping=Stopping.GROUP),
    World(name="the same with three tenths that choose", prompts=(0.60,), tuned=(0.90,), bar=0.81, dev_share=0.3),
    World(name="70% against 90%, a target of 90%", prompts=(0.70,), tuned=(0.90,), bar=0.81),
    World(name="65% against 80%, a target of 83%", prompts=(0.65,), tuned=(0.80,), bar=0.75),
    World(name="70% against 95%, T = 1", prompts=(0.70,), tuned=(0.95,), bar=0.90, target=1.0),
)
