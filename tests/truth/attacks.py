"""Worlds written to make the verdict lie: who could gain from a claim being wrong, and how would they go about it?"""

from dataclasses import replace

from truth.worlds import World

__all__ = ["ATTACKS", "POWER"]

# A bar nobody can be refuted at, so that only "better" stands between the world and a false claim.
EASY = "not-proven"
BASE = World(name="base", prompts=(0.70,), tuned=(0.70,), bar=0.68, must_be=EASY)
ENOUGH = World(name="prompt above the bar", prompts=(0.88,), tuned=(0.96,), bar=0.855)

ATTACKS = (
    # 1. Chosen, then only that pair is tested.
    replace(BASE, name="13 prompts, no gap, a tenth of the examples chooses", prompts=(0.70,) * 13, dev_share=0.1, bar=0.69),
    replace(BASE, name="13 prompts, no gap, three tenths choose", prompts=(0.70,) * 13, dev_share=0.3, bar=0.69),
    replace(
        BASE,
        name="a base prompt 3 points below an independent one whose gap is the margin",
        prompts=(0.74, 0.77),
        tuned=(0.80,),
        bar=0.78,
        own=(0.95, 0.0, 0.95),
    ),
    replace(BASE, name="13 prompts, gap exactly the margin", prompts=(0.77,) * 13, tuned=(0.80,), bar=0.78, shared=0.3),
    replace(
        BASE,
        name="on grounds of cost, 3 points behind an independent prompt",
        prompts=(0.80, 0.77),
        tuned=(0.77,),
        bar=0.60,
        own=(0.0, 0.95, 0.95),
    ),
    replace(BASE, name="a classical model as good as the fine-tune", prompts=(0.60,), tuned=(0.80,), classical=(0.80,), bar=0.78),
    replace(BASE, name="a classical model exactly the margin behind", prompts=(0.60,), tuned=(0.80,), classical=(0.77,), bar=0.78),
    replace(BASE, name="three classical models exactly the margin behind", prompts=(0.60,), tuned=(0.80,), classical=(0.77,) * 3, bar=0.78),
    replace(BASE, name="an off-the-shelf model of one's own as good", prompts=(0.60,), tuned=(0.80,), hosted=(0.80,), bar=0.78),
    replace(BASE, name="5 fine-tunes, 5 prompts, gap exactly the margin", prompts=(0.77,) * 5, tuned=(0.80,) * 5, bar=0.78),
    # 2. Ignorance opens the one-way door.
    ENOUGH,
    replace(ENOUGH, name="prompt exactly on the bar", prompts=(0.855,)),
    replace(ENOUGH, name="10 prompts exactly on the bar", prompts=(0.855,) * 10),
    replace(ENOUGH, name="classical model exactly on the bar", prompts=(0.50,), classical=(0.855,)),
    replace(ENOUGH, name="one good prompt among 9 bad ones", prompts=(0.86, *(0.50,) * 9)),
)
POWER = (
    World(name="60% against 90%, a target of 90%", prompts=(0.60,), tuned=(0.90,), bar=0.81),
    World(name="the same with 10 prompts", prompts=(0.60,) * 10, tuned=(0.90,), bar=0.81),
    World(name="the same with a classical model at 70%", prompts=(0.60,), tuned=(0.90,), classical=(0.70,), bar=0.81),
    World(name="70% against 90%, a target of 90%", prompts=(0.70,), tuned=(0.90,), bar=0.81),
)
