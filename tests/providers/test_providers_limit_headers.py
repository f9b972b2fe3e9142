"""What reply headers tell of limits and waits, whoever wrote them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.providers.limit_headers import read_limits, wait_s
from benchharness.records.rate_limits import RateLimits

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("6m0s", 360),
        ("12ms", 0.012),
        ("1s", 1),
        ("1h2m3.5s", 3723.5),
        ("1d", 86_400),
        ("20", 20),
        ("0", 0),
        ("2026-11-21T12:01:30Z", 90),
        ("2026-11-21T14:01:30+02:00", 90),
        ("2026-11-21T11:00:00Z", 0),
        (str(NOW.timestamp() + 30), 30),
        (str((NOW.timestamp() + 30) * 1000), 30),
        ("soon", None),
        ("", None),
        ("6m and a bit", None),
        ("-5s", None),
    ],
)
def test_a_reset_is_read_in_every_form_it_comes_in(told: str, seconds: float | None) -> None:
    found = read_limits({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": told}, now=NOW)
    assert found is not None
    assert found.reset_requests_s == (None if seconds is None else pytest.approx(seconds, abs=1e-3))


def test_of_anthropics_token_limits_the_one_that_is_nearest_its_end_counts() -> None:
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-requests-reset": "2026-11-21T12:00:01Z",
        "anthropic-ratelimit-input-tokens-limit": "30000",
        "anthropic-ratelimit-input-tokens-remaining": "29000",
        "anthropic-ratelimit-output-tokens-limit": "8000",
        "anthropic-ratelimit-output-tokens-remaining": "800",
        "anthropic-ratelimit-output-tokens-reset": "2026-11-21T12:00:54Z",
    }
    assert read_limits(headers, now=NOW) == RateLimits(
        limit_requests=50, remaining_requests=49, reset_requests_s=1, limit_tokens=8000, remaining_tokens=800, reset_tokens_s=54
    )


def test_headers_that_tell_nothing_are_none() -> None:
    assert read_limits({}) is None
    assert read_limits({"content-type": "application/json", "x-ratelimit-limit-requests": "-1"}) is None


def test_a_wait_is_milliseconds_or_seconds_or_a_date() -> None:
    assert wait_s({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert wait_s({"retry-after": "9"}) == 9
    assert wait_s({"retry-after": "inf"}) is None
    assert wait_s({"retry-after": "nan", "retry-after-ms": "-1"}) is None
    waits = wait_s({"retry-after": format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)})
    assert waits is not None
    assert 50 < waits <= 60


@given(
    st.dictionaries(
        st.sampled_from(
            ["retry-after", "retry-after-ms", "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"]
        ),
        st.text(max_size=30) | st.floats().map(str) | st.integers().map(str),
    )
)
def test_no_header_breaks_it_and_no_number_is_negative_or_endless(headers: dict[str, str]) -> None:
    found = read_limits(headers)
    values = [] if found is None else [getattr(found, name) for name in RateLimits.__slots__]
    assert all(value is None or 0 <= value < float("inf") for value in values)
