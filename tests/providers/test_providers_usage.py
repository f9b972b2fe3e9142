"""Token counts: bounded, plain, and never made up."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.providers.pricing import cost_usd
from benchharness.providers.usage import bounded, read_usage
from benchharness.records.answer import Usage
from benchharness.records.json_form import canonical
from benchharness.records.suite import Price

PRICE = Price(input_usd_per_million=1, output_usd_per_million=10, cached_usd_per_million=0.1, cache_write_usd_per_million=2)


def test_cached_and_written_tokens_cost_their_own() -> None:
    usage = Usage(input_tokens=100, cached_tokens=40, cache_write_tokens=20, output_tokens=1)
    assert cost_usd(usage, PRICE) == (40 * 1 + 40 * 0.1 + 20 * 2 + 10) / 1e6
    bare = Price(input_usd_per_million=1, output_usd_per_million=10)
    assert cost_usd(usage, bare) == 110 / 1e6
    assert cost_usd(Usage(input_tokens=50, cached_tokens=40, cache_write_tokens=20, output_tokens=1), PRICE) is None


def test_nobody_reads_no_question_or_says_something_in_no_token() -> None:
    counts = {"prompt_tokens": 0, "completion_tokens": 0}
    assert read_usage(counts, said=True)[0] == Usage()
    assert read_usage(counts, said=False)[0] == Usage(output_tokens=0)


def test_counts_are_unknown_where_the_reply_itself_has_none() -> None:
    assert read_usage({"prompt_tokens": 9, "completion_tokens": 3}, {"message": {}}) == (Usage(), {})


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.dictionaries(st.text(max_size=80), inner, max_size=60) | st.lists(inner, max_size=3),
    max_leaves=80,
)


@settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=80), JSONISH, max_size=60))
def test_whatever_a_provider_sends_as_counts_fits_into_the_store(counts: dict[str, Any]) -> None:
    kept = bounded(counts, lambda text: text.encode("utf-8", "replace").decode())
    canonical(kept).encode()
    assert len(kept) <= 40
    assert set(kept) <= {name[:60].encode("utf-8", "replace").decode() for name in counts}


def test_counts_nested_without_end_are_cut() -> None:
    deep: dict[str, Any] = {"n": 1}
    for _ in range(100):
        deep = {"in": deep, "n": 1}
    assert len(canonical(bounded(deep, str))) < 100
