"""A stored answer's name never changes, and nothing secret stands beside it."""

import json
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.records.json_form import canonical, to_json
from benchharness.records.request import Message, Role
from benchharness.runner.naming import name_request, request_key

CHAT = {
    "litellm": "openai/gpt-6-luna",
    "base": None,
    "body": {
        "messages": [
            {"role": "system", "content": 'Sag "ja" oder nein\n\u2603 \U0001f600'},
            {"role": "user", "content": "na\u00efve\u2028\x00"},
        ],
        "max_tokens": 64,
        "model": "openai/gpt-6-luna",
        "temperature": 0.0,
        "top_p": 1e-7,
        "stop": ["\n"],
    },
}
SCHEMA = {
    "url": "http://127.0.0.1:8000/v1/chat/completions",
    "body": {
        "messages": (),
        "seed": 7,
        "response_format": {"type": "json_schema", "json_schema": {"schema": {"properties": {10: {"a": True}, 9: None, "z": [1, 2.5]}}}},
    },
}
ODD = {
    "rehearsal": "a",
    "messages": [Message(role=Role.USER, content="x")],
    "role": Role.USER,
    "target": None,
    "settings": types.MappingProxyType({True: 1, None: -0.0, 1.5: b"ab"}),
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), each, max_size=3) | st.tuples(each),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("wire", "repeat", "key"),
    [
        # As the first version of the store named them.
        (CHAT, 0, "1d53631ceac9b3f066ba83c7d84370ec696aff1f026aa17b788fe077b8087445"),
        (SCHEMA, 3, "fc71d535d0e1e05a9dd812273cd4ce38476b34388e8944873d25b3ffa3a8e324"),
        (ODD, 1, "631ed373b565b9db5bd5b0e3fb83347d663a35ae3893a176cb26c16fcedaf944"),
        ({}, 0, "6eb573e3949e868e7805fe82e2e0a18b68d1607dcd69a32f63fd3b2d3943a62f"),
    ],
)
def test_a_key_is_what_it_always_was(wire: dict[str, object], repeat: int, key: str) -> None:
    assert request_key(wire, repeat) == key
    assert name_request(wire, repeat).key == key


@given(JSON)
def test_the_quick_way_to_write_canonical_json_writes_the_same(value: object) -> None:
    slow = json.dumps(to_json(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    assert canonical(value) == slow


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_json_has_no_place_for_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="absent is None"):
        canonical({"temperature": [number]})


def test_a_password_or_query_of_an_address_decides_the_key_but_is_not_written_down() -> None:
    wire = {"url": "https://me:hunter2@host:8000/v1/chat?api-key=s3cret", "body": {"messages": [{"content": "see http://a@b?c"}]}}
    named = name_request(wire, 0)
    assert named.key == request_key(wire, 0)
    assert "hunter2" not in named.text
    assert "s3cret" not in named.text
    assert json.loads(named.text)["wire"]["url"] == "https://host:8000/v1/chat"
    assert json.loads(named.text)["wire"]["body"] == wire["body"]
