"""The two servers, once for all tests; without one its tests are skipped, and where CI is set LLMock's fail: pip has it everywhere."""

import os
from collections.abc import Iterator

import pytest
from conformance.servers import absent, aimock, llmock

from benchharness.providers.price_list import price_list_version


def _need(name: str) -> None:
    lacks = absent(name) or ("" if price_list_version() else "litellm isn't installed: the extra `apis`")
    # aimock comes from npm's registry, which isn't everywhere; `.ci/run` says so loudly.
    if lacks and name == "LLMock" and os.environ.get("CI"):
        pytest.fail(lacks)
    if lacks:
        pytest.skip(lacks)


@pytest.fixture(scope="session")
def llmock_url() -> Iterator[str]:
    _need("LLMock")
    with llmock() as url:
        yield url


@pytest.fixture(scope="session")
def aimock_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    _need("aimock")
    with aimock(tmp_path_factory.mktemp("aimock")) as url:
        yield url
