"""The worlds whose truth is known, each with what it is there to catch."""

from dataclasses import replace

from truth.worlds import Gone, World

from benchharness.records.comparison import Stopping

__all__ = ["JUSTIFIED", "PROMPT_WORLDS", "SIZES", "UNJUSTIFIED", "WITH_LOOKS", "WITH_PEEKING"]

SIZES = (50, 200, 500, 1000)
# The lead is exactly the smallest useful gain, the fine-tune far above the bar and the prompt just under it, so that
# nothing but the gap stands between this world and a false `fine-tune`.
AT_MARGIN = World(name="gap exactly the smallest useful gain (10 points)", prompts=(0.70,), tuned=(0.80,), bar=0.71, margin=0.10)
# The lead is large, so that nothing but the bar does.
ON_BAR = World(name="fine-tune exactly on the bar", prompts=(0.50,), tuned=(0.70,), bar=0.70)
HARD_AT_MARGIN = replace(AT_MARGIN, gone=Gone.HARD)
HARD_ON_BAR = replace(ON_BAR, gone=Gone.HARD)

UNJUSTIFIED = (
    World(name="no gap", prompts=(0.70,), tuned=(0.70,), bar=0.68),
    World(name="no gap, candidates independent", prompts=(0.70,), tuned=(0.70,), bar=0.68, shared=0.0),
    World(name="no gap, any gain is useful", prompts=(0.70,), tuned=(0.70,), bar=0.69, margin=0.0),
    World(name="gap exactly the smallest useful gain (3 points)", prompts=(0.70,), tuned=(0.73,), bar=0.70),
    AT_MARGIN,
    replace(AT_MARGIN, name="the same, candidates independent", shared=0.0),
    replace(AT_MARGIN, name="the same, candidates nearly alike", shared=0.9),
    ON_BAR,
    World(name="both below the bar, fine-tune ahead", prompts=(0.55,), tuned=(0.65,), bar=0.68),
    World(name="fine-tune behind by exactly the gain, and cheaper", prompts=(0.80,), tuned=(0.75,), bar=0.60, margin=0.05),
    replace(AT_MARGIN, name="best of 10 equal prompts, gap exactly the gain", prompts=(0.70,) * 10),
    replace(AT_MARGIN, name="best of 5 equal fine-tunes, gap exactly the gain", tuned=(0.80,) * 5),
    replace(ON_BAR, name="best of 5 equal fine-tunes exactly on the bar", tuned=(0.70,) * 5),
    replace(AT_MARGIN, name="clusters of 10, gap exactly the gain", cluster_size=10, clustered=0.2),
    replace(ON_BAR, name="clusters of 10, fine-tune exactly on the bar", cluster_size=10, clustered=0.2),
    replace(AT_MARGIN, name="3 repeats, gap exactly the gain", repeats=3),
    replace(ON_BAR, name="3 repeats, fine-tune exactly on the bar", repeats=3),
    replace(AT_MARGIN, name="10% missing at random, gap exactly the gain", gone=Gone.AT_RANDOM, gone_share=0.10),
    replace(ON_BAR, name="10% missing at random, fine-tune exactly on the bar", gone=Gone.AT_RANDOM, gone_share=0.10),
    replace(HARD_AT_MARGIN, name="hardest 2% missing for the prompt, at the gain", gone_share=0.02, gone_from=("api",)),
    replace(HARD_AT_MARGIN, name="hardest 2% missing for the fine-tune, at the gain", gone_share=0.02, gone_from=("fine-tuned",)),
    replace(HARD_AT_MARGIN, name="hardest 2% missing for both, at the gain", gone_share=0.02),
    replace(HARD_ON_BAR, name="hardest 2% missing for the fine-tune, on the bar", gone_share=0.02, gone_from=("fine-tuned",)),
    replace(HARD_AT_MARGIN, name="hardest 10% missing for the prompt, at the gain", gone_share=0.10, gone_from=("api",)),
    replace(HARD_AT_MARGIN, name="hardest 10% missing for the fine-tune, at the gain", gone_share=0.10, gone_from=("fine-tuned",)),
    replace(HARD_AT_MARGIN, name="hardest 10% missing for both, at the gain", gone_share=0.10),
    World(name="rates near 1, gap exactly the gain", prompts=(0.95,), tuned=(0.98,), bar=0.955),
    World(name="rates near 1, fine-tune exactly on the bar", prompts=(0.85,), tuned=(0.97,), bar=0.97),
    World(name="rates near 0, gap exactly the gain", prompts=(0.05,), tuned=(0.08,), bar=0.055),
    World(name="rates near 0, fine-tune exactly on the bar", prompts=(0.01,), tuned=(0.10,), bar=0.10),
    replace(AT_MARGIN, name="one target in two of three examples, gap exactly the gain", majority=2 / 3),
)
LOOKED_AT = World(name="a look every 50, gap exactly the gain", prompts=(0.70,), tuned=(0.80,), bar=0.71, margin=0.10, look_every=50)
WITH_LOOKS = (
    replace(LOOKED_AT, name="a look every 50 with anytime tests, gap exactly the gain", stopping=Stopping.ANYTIME),
    replace(ON_BAR, name="a look every 50 with anytime tests, fine-tune exactly on the bar", look_every=50, stopping=Stopping.ANYTIME),
)
# What anytime is for: plain tests looked at ten times claim too much.
WITH_PEEKING = (
    replace(LOOKED_AT, name="a look every 50 with plain tests, gap exactly the gain"),
    replace(ON_BAR, name="a look every 50 with plain tests, fine-tune exactly on the bar", look_every=50),
)
JUSTIFIED = (
    World(name="gap of 5 points", prompts=(0.65,), tuned=(0.70,), bar=0.66),
    World(name="gap of 10 points", prompts=(0.65,), tuned=(0.75,), bar=0.68),
    World(name="gap of 20 points", prompts=(0.65,), tuned=(0.85,), bar=0.75),
    World(name="gap of 20 points, best of 10 prompts and 5 fine-tunes", prompts=(0.65,) * 10, tuned=(0.85,) * 5, bar=0.75),
    World(name="gap of 20 points, clusters of 10", prompts=(0.65,), tuned=(0.85,), bar=0.75, cluster_size=10, clustered=0.2),
    World(name="gap of 20 points, 3 repeats", prompts=(0.65,), tuned=(0.85,), bar=0.75, repeats=3),
    World(name="gap of 20 points, 2% missing at random", prompts=(0.65,), tuned=(0.85,), bar=0.75, gone=Gone.AT_RANDOM, gone_share=0.02),
    World(name="gap of 20 points, 10% missing at random", prompts=(0.65,), tuned=(0.85,), bar=0.75, gone=Gone.AT_RANDOM, gone_share=0.10),
    World(
        name="gap of 20 points, a look every 50 with anytime tests",
        prompts=(0.65,),
        tuned=(0.85,),
        bar=0.75,
        look_every=50,
        stopping=Stopping.ANYTIME,
    ),
)
ALONE = World(name="prompt exactly on the bar", prompts=(0.80,), tuned=(), bar=0.80)
PROMPT_WORLDS = (
    replace(ALONE, name="prompt 10 points above the bar", prompts=(0.90,)),
    replace(ALONE, name="prompt 5 points above the bar", prompts=(0.85,)),
    ALONE,
    replace(ALONE, name="best of 10 equal prompts exactly on the bar", prompts=(0.80,) * 10),
    replace(ALONE, name="clusters of 10, prompt exactly on the bar", cluster_size=10, clustered=0.2),
    replace(ALONE, name="3 repeats, prompt exactly on the bar", repeats=3),
    replace(ALONE, name="hardest 2% missing, prompt exactly on the bar", gone=Gone.HARD, gone_share=0.02),
    replace(ALONE, name="hardest 10% missing, prompt exactly on the bar", gone=Gone.HARD, gone_share=0.10),
    replace(ALONE, name="10% missing at random, prompt exactly on the bar", gone=Gone.AT_RANDOM, gone_share=0.10),
    replace(ALONE, name="prompt 5 points below the bar", prompts=(0.75,)),
    replace(ALONE, name="prompt 10 points below the bar", prompts=(0.70,)),
)
