"""Comparisons to show: ordinary ones, and one in which every name is an attack."""

from benchharness.records.comparison import Interval
from benchharness.records.run_comparison import Change, RunComparison, SliceChange

__all__ = ["PWN", "change", "comparison", "hostile"]

PWN = "window.__pwned = 1"
HOSTILE = (
    f"<script>{PWN}</script>",
    f"</style></title><img src=x onerror='{PWN}'>",
    f"</text></svg><svg onload='{PWN}'>",
    "\u202egnp.exe\u2066 \u05d0\u05d1\u05d2 \u0646\u0635",
    "\x1b[31mred\x00\x07\ud800 `code` {{ 7*7 }}",
    '" onmouseover="window.__pwned = 1',
    "W" * 1_000_000,
)


def change(name: str, difference: float | None, *, p_value: float | None = 0.5, slices: tuple[SliceChange, ...] = ()) -> Change:
    """Return one pair with numbers that are all different."""
    rate = None if difference is None else 0.613 + difference
    return Change(
        name=name,
        against="base/plain",
        n=0 if difference is None else 1218,
        rate=rate,
        rate_against=None if difference is None else 0.613,
        difference=difference,
        interval=None if difference is None else Interval(low=difference - 0.021, high=difference + 0.034),
        p_value=None if difference is None else p_value,
        test="exact McNemar",
        newly_right=tuple(f"r{at}" for at in range(3)),
        newly_wrong=tuple(f"w{at}" for at in range(1200)),
        usd_per_1k=(1.75, None),
        p95_s=(0.84, 1.7),
        slices=slices,
    )


def comparison(*changes: Change) -> RunComparison:
    """Return a comparison of two runs."""
    sliced = (
        SliceChange(name="billing", n=400, difference=-0.123, interval=Interval(low=-0.17, high=-0.071), p_value=0.0031),
        SliceChange(name="delivery", n=400, difference=0.011, interval=Interval(low=-0.02, high=0.042), p_value=0.77),
        SliceChange(name="rare", n=7, difference=None, interval=None, p_value=None),
    )
    return RunComparison(
        suite="support-routing",
        runs=("before", "after"),
        examples=1218,
        left_out={"changed": 1040, "only in one run": 12},
        changes=changes
        or (
            change("worse/plain", -0.137, p_value=0.00001, slices=sliced),
            change("same/plain", 0.0042),
            change("better/plain", 0.216, p_value=0.0312, slices=sliced),
            change("nobody/plain", None),
        ),
        warnings=("The runs have different policies: scorers or `match_at` may differ.",),
    )


def hostile() -> RunComparison:
    """Return a comparison in which whatever a person or a model may have written is an attack."""
    changes = tuple(
        Change(
            name=f"{text}/p",
            against=text[::-1],
            n=50,
            rate=0.5,
            rate_against=0.4,
            difference=0.1,
            interval=Interval(low=-0.1, high=0.3),
            p_value=0.2,
            test=text,
            newly_right=HOSTILE,
            newly_wrong=HOSTILE * 20,
            slices=tuple(SliceChange(name=each, n=50, difference=0.1, interval=None, p_value=0.01) for each in HOSTILE),
        )
        for text in HOSTILE
    )
    return RunComparison(
        suite=" ".join(each[:60] for each in HOSTILE),
        runs=HOSTILE[:3],
        examples=50,
        left_out={HOSTILE[0]: 3},
        changes=changes,
        warnings=HOSTILE,
    )
