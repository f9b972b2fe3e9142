"""`bench doctor` on a candidate: what it takes, what it ignores; and what attacks leave behind."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchharness.pipeline import doctor
from benchharness.pipeline.doctor import HealthCheck, examine, examine_candidate
from benchharness.providers.startup_files import compromised_version, unexpected_startup_files
from benchharness.records.answer import Answer, Failure, NoAnswer, Usage
from benchharness.records.rate_limits import RateLimits
from benchharness.records.request import Request
from benchharness.records.suite import CandidateEntry, Parameters, Price


class Model:
    """Answers with one token and takes what it was made to take."""

    def __init__(self, plain: Answer | NoAnswer, formed: Answer | NoAnswer | None = None, *, known: bool = True) -> None:
        self.name = self.lane = "model"
        self.max_concurrent: int | None = None
        self.answers = [plain, formed or plain]
        self.asked: list[Request] = []
        self.known = known
        self.closed = 0

    def price(self) -> Price | None:
        return Price(input_usd_per_million=1, output_usd_per_million=1) if self.known else None

    def wire(self, _request: Request) -> dict[str, Any]:
        return {}

    async def answer(self, request: Request) -> Answer | NoAnswer:
        self.asked.append(request)
        return self.answers[len(self.asked) - 1]

    def limits(self) -> RateLimits | None:
        return RateLimits(remaining_requests=1) if self.known else None

    async def close(self) -> None:
        self.closed += 1


SENT = {"max_tokens": 1, "temperature": 0.0, "seed": 7}
FULL = Answer(output="H", usage=Usage(input_tokens=1, output_tokens=1), effective_params=SENT, latency_s=0.5)


def examined(model: Model, **entry: Any) -> HealthCheck:
    return asyncio.run(examine_candidate(CandidateEntry(name="c", model="openai/x", **entry), model))


def test_a_model_that_takes_everything() -> None:
    model = Model(FULL, replace(FULL, effective_params={**SENT, "response_format": "json_schema"}))
    found = examined(model)
    assert found.ok
    assert found.told == "model answers, 500 ms; takes temperature, seed; takes a JSON Schema; tells its rate limits"
    assert [each.parameters.max_tokens for each in model.asked] == [1, 1]
    assert [each.response_schema is not None for each in model.asked] == [False, True]
    assert model.closed == 1


def test_a_model_that_refuses_and_ignores() -> None:
    sent = {"max_tokens": 1, "not_sent": {"temperature": 0.0, "seed": 7}}
    plain = Answer(output="Hello", usage=Usage(output_tokens=9), effective_params=sent, latency_s=0.5)
    found = examined(Model(plain, replace(plain, effective_params=sent | {"response_format": "text"}), known=False))
    assert found.told == (
        "model answers, 500 ms; refuses temperature, seed; ignores max_tokens (1 asked, 9 given); takes no schema: asked in words; "
        "counts no tokens; no price known"
    )


def test_a_temperature_that_is_not_asked_is_not_told() -> None:
    assert "temperature" not in examined(Model(FULL), parameters=Parameters(temperature=None)).told


def test_a_schema_that_ends_in_a_failure_is_told_and_fails_nobody() -> None:
    found = examined(Model(FULL, NoAnswer(failure=Failure.BAD_REQUEST, message="no")))
    assert found.ok
    assert "refuses a response schema (bad-request)" in found.told


def test_a_model_that_does_not_answer() -> None:
    model = Model(NoAnswer(failure=Failure.AUTH, message="bad key"))
    found = examined(model)
    assert (found.ok, found.needed, found.told, model.closed) == (False, True, "model: auth: bad key", 1)


def test_files_that_run_at_every_start_are_named_unless_they_are_known(tmp_path: Path) -> None:
    (tmp_path / "litellm_init.pth").write_text("import os; os.system('x')\n", encoding="utf-8")
    (tmp_path / "_editable_impl_benchharness.pth").write_text("import x\n", encoding="utf-8")
    (tmp_path / "paths.pth").write_text("/somewhere/else\n", encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text("", encoding="utf-8")
    assert [each.name for each in unexpected_startup_files([tmp_path])] == ["litellm_init.pth", "sitecustomize.py"]


def test_a_compromised_release_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchharness.providers.startup_files.metadata.version", lambda _name: "1.107.0")
    assert compromised_version() == "1.107.0"
    monkeypatch.setattr("benchharness.providers.startup_files.metadata.version", lambda _name: "1.106.2")
    assert compromised_version() is None


def test_the_doctor_says_both_before_anything_else_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "compromised_version", lambda: "1.82.8")
    monkeypatch.setattr(doctor, "unexpected_startup_files", lambda: (Path("/site/litellm_init.pth"),))
    found = {each.told for each in examine(None, offline=True) if not each.ok}
    assert any("1.82.8 was COMPROMISED" in each for each in found)
    assert any("litellm_init.pth" in each for each in found)
