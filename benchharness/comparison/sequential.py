"""Looking before the end without cheating: curtailment, and group boundaries at looks fixed in advance."""

from benchharness.comparison.distributions import ndtr
from benchharness.errors import UsageError

__all__ = ["group_boundaries", "group_p_values", "later_confidence"]

# The first look spends all of the error. All that come later may spend a tenth more, together.
LATER_SHARE = 0.1

# z at looks 1 to K, equally spaced, error spent as O'Brien and Fleming's bounds would (Lan & DeMets 1983); from the recursive
# integration of Armitage, McPherson & Rowe (1969). K = 5 is printed by Reboussin et al. (2000) and by rpact.
TWO_SIDED_5_PERCENT = {
    2: (2.962588, 1.968596),
    3: (3.710303, 2.511427, 1.993047),
    4: (4.332634, 2.963132, 2.359044, 2.014090),
    5: (4.876885, 3.357012, 2.680280, 2.289817, 2.031032),
    6: (5.366558, 3.710341, 2.969738, 2.538677, 2.252190, 2.044790),
    7: (5.815327, 4.033349, 3.235102, 2.767194, 2.455375, 2.229420, 2.056179),
    8: (6.231974, 4.332636, 3.481378, 2.979607, 2.644343, 2.401165, 2.214645, 2.065784),
    9: (6.622531, 4.612729, 3.712056, 3.178855, 2.821697, 2.562389, 2.363416, 2.204587, 2.074018),
    10: (6.991352, 4.876885, 3.929682, 3.367079, 2.989330, 2.714809, 2.504077, 2.335829, 2.197503, 2.081176),
}
ONE_SIDED_5_PERCENT = {
    2: (2.537988, 1.662107),
    3: (3.200102, 2.140815, 1.694812),
    4: (3.749552, 2.539943, 2.016070, 1.720177),
    5: (4.229195, 2.888137, 2.298090, 1.961821, 1.739704),
    6: (4.660208, 3.200349, 2.552303, 2.179915, 1.933399, 1.755177),
    7: (5.054866, 3.485549, 2.785461, 2.380199, 2.111340, 1.916823, 1.767782),
    8: (5.421026, 3.749584, 3.001946, 2.566394, 2.276828, 2.067176, 1.906492, 1.778294),
    9: (5.764075, 3.996495, 3.204798, 2.741080, 2.432150, 2.208313, 2.036705, 1.899774, 1.787229),
    10: (6.087893, 4.229199, 3.396231, 2.906131, 2.578965, 2.341741, 2.159814, 2.014629, 1.895291, 1.794944),
}


def group_boundaries(looks: int, *, alpha: float = 0.05, two_sided: bool = False) -> tuple[float, ...]:
    """Return the z beyond which to stop at each of 2 to 10 equally spaced looks (O'Brien-Fleming-type, Lan & DeMets 1983).

    For an error of 5% one-sided or two-sided, or of 2.5% one-sided. Raises UsageError otherwise: there is no table for it.
    """
    tables = {(0.05, True): TWO_SIDED_5_PERCENT, (0.025, False): TWO_SIDED_5_PERCENT, (0.05, False): ONE_SIDED_5_PERCENT}
    table = tables.get((round(alpha, 6), two_sided), {})
    if looks not in table:
        sides = "two-sided" if two_sided else "one-sided"
        raise UsageError(
            f"there are no group boundaries for {looks} looks at a {sides} error of {alpha:g}",
            hint="take 2 to 10 looks, and an error of 0.05 or of 0.025 one-sided",
        )
    return table[looks]


def group_p_values(looks: int, *, alpha: float = 0.05, two_sided: bool = False) -> tuple[float, ...]:
    """Return the same boundaries as nominal p-values: stop at a look whose own p-value is at most this."""
    return tuple((2 if two_sided else 1) * float(ndtr(-z)) for z in group_boundaries(looks, alpha=alpha, two_sided=two_sided))


def later_confidence(confidence: float, look: int) -> float:
    """Return the confidence of a proof on fresh examples alone at the second or a later look that nobody planned.

    With an error of alpha the first look may spend alpha, and look k a tenth of alpha / (k (k - 1)), so that all later ones, however
    many, are wrong in a tenth of alpha at most, whoever chose when to look (alpha spending, Lan & DeMets 1983): 99.75% at the second
    look for 95%, 99.92% at the third.
    """
    later = max(look, 2)
    return round(1 - LATER_SHARE * (1 - confidence) / (later * (later - 1)), 12)
