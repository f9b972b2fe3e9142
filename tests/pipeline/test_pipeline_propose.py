"""What `bench propose` says of its evidence in one line."""

from benchharness.pipeline import propose
from benchharness.records.verdict import VerdictWord


def test_an_exploratory_verdict_is_never_told_as_a_plain_one() -> None:
    class Told:
        verdict = VerdictWord.FINE_TUNE
        flags: tuple[str, ...] = ()

    assert propose._said(Told()) == "fine-tune"  # type: ignore[arg-type]
    Told.flags = ("exploratory",)
    assert propose._said(Told()).startswith("fine-tune, exploratory:")  # type: ignore[arg-type]
