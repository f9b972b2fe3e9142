"""What tests of an endpoint share: both ways its requests can travel."""

import pytest

from benchharness.providers import own_endpoint
from benchharness.providers.pooled_transport import PooledTransport
from benchharness.providers.reqwest_transport import ReqwestTransport


@pytest.fixture(params=[ReqwestTransport, PooledTransport], ids=["reqwest", "httpx"])
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send an endpoint's requests over reqwest, then over httpx's own pools."""
    monkeypatch.setattr(own_endpoint, "make_transport", request.param)
