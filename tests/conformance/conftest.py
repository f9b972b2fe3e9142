"""The two servers, once for all tests; without them the tests are skipped, and fail where CI is set."""

import os
from collections.abc import Iterator

import pytest
from conformance.servers import absent, aimock, llmock

from benchharness.providers.price_list import price_list_version


def _need() -> None:
    lacks = absent() or ("" if price_list_version() else "litellm isn't installed: the extra `apis`")
    if lacks and os.environ.get("CI"):
        pytest.fail(lacks)
    if lacks:
        pytest.skip(lacks)


@pytest.fixture(scope="session")
def llmock_url() -> Iterator[str]:
    _need()
    with llmock() as url:
        yield url


@pytest.fixture(scope="session")
def aimock_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    _need()
    with aimock(tmp_path_factory.mktemp("aimock")) as url:
        yield url
