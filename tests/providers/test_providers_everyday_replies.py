"""Tokens, endings and names as providers really write them."""

from typing import Any

import pytest

from benchharness.providers.endings import ending
from benchharness.providers.loosening import Taken
from benchharness.providers.usage import read_usage
from benchharness.records.answer import AnswerStatus, Failure

# Reasoning tokens, where OpenAI's format has them.
THOUGHT: dict[str, Any] = {"completion_tokens_details": {"reasoning_tokens": 200}}


@pytest.mark.parametrize(
    ("usage", "output", "cached"),
    [
        # xAI: reasoning beside the completion. OpenAI: within it.
        (
            {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 310, **THOUGHT},
            210,
            None,
        ),
        (
            {"prompt_tokens": 100, "completion_tokens": 210, "total_tokens": 310, **THOUGHT},
            210,
            None,
        ),
        ({"prompt_tokens": 100, "completion_tokens": 210, **THOUGHT}, 210, None),
        (
            {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110, "completion_tokens_details": {}},
            10,
            None,
        ),
        # DeepSeek, Moonshot and OpenAI on what was read from a cache.
        ({"prompt_tokens": 100, "completion_tokens": 10, "prompt_cache_hit_tokens": 80, "prompt_cache_miss_tokens": 20}, 10, 80),
        ({"prompt_tokens": 100, "completion_tokens": 10, "cached_tokens": 64}, 10, 64),
        ({"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 0}, "cached_tokens": 64}, 10, 0),
    ],
)
def test_tokens_that_are_charged_are_counted(usage: dict[str, Any], output: int, cached: int | None) -> None:
    found, _ = read_usage(usage, {"usage": usage})
    assert (found.output_tokens, found.cached_tokens) == (output, cached)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("stop", AnswerStatus.ANSWERED),
        ("end_turn", AnswerStatus.ANSWERED),
        ("eos_token", AnswerStatus.ANSWERED),
        ("tool_calls", AnswerStatus.ANSWERED),
        ("COMPLETE", AnswerStatus.ANSWERED),
        ("model_length", AnswerStatus.TRUNCATED),
        ("MAX_TOKENS", AnswerStatus.TRUNCATED),
        ("max_tokens_reached", AnswerStatus.TRUNCATED),
        ("finish_reason_length", AnswerStatus.TRUNCATED),
        ("insufficient_system_resource", AnswerStatus.ERROR),
        ("abort", AnswerStatus.ERROR),
        ("user_cancelled", AnswerStatus.ERROR),
        ("engine_overloaded", AnswerStatus.ERROR),
        ("PROHIBITED_CONTENT", AnswerStatus.FILTERED),
        ("policy_violation", AnswerStatus.FILTERED),
    ],
)
def test_an_ending_is_told_by_its_word(word: str, status: AnswerStatus) -> None:
    assert ending({"finish_reason": word}, None, text="B", refused=False) == (word, status)


def test_the_most_tokens_are_asked_for_by_the_name_a_server_wants() -> None:
    body = {"model": "m", "messages": [], "max_tokens": 20, "temperature": 0}
    told = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    taken = Taken().looser(400, Failure.BAD_REQUEST, told, body)
    assert taken is not None
    assert taken.of(body) == {"model": "m", "messages": [], "max_completion_tokens": 20, "temperature": 0}
    assert taken.looser(400, Failure.BAD_REQUEST, told, taken.of(body)) is None
    assert Taken().learnt(taken, schema=False).new_name
