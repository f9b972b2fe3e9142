"""Whatever the server does, every question ends answered or as a named error, once, and all books agree with the server's own."""

import gzip
import random
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from faulty_server import FaultyServer, Say, answer_to
from suites_here import facts_of, rows_of, write_suite

from benchharness.pipeline.run import Options, run
from benchharness.providers import own_endpoint
from benchharness.providers.pooled_transport import PooledTransport
from benchharness.providers.reqwest_transport import ReqwestTransport
from benchharness.records.answer import Failure
from benchharness.records.comparison import Stopping
from benchharness.runner import lane, retrying

PRICE = {"input_usd_per_million": 100.0, "output_usd_per_million": 1000.0}
# A second answer nobody asked for, behind the first: it must not become the answer to the next question.
STRAY = b'HTTP/1.1 200 OK\r\nContent-Length: 79\r\n\r\n{"choices": [{"message": {"content": "yes stray"}, "finish_reason": "stop"}]}  '
BROKEN = b'{"choices": [{"message": {"content": "yes'
TIMEOUT_S = 1.5

FAULTS: dict[str, Callable[[random.Random], Say]] = {
    "429": lambda _: Say(status=429, body=b'{"error": "slow down"}'),
    "429 with Retry-After: 0": lambda _: Say(status=429, headers={"Retry-After": "0"}),
    "429 with a fraction": lambda _: Say(status=429, headers={"Retry-After": "0.2"}),
    "429 with nonsense": lambda _: Say(status=429, headers={"Retry-After": "\xfcber soon"}),
    "429 with a date": lambda _: Say(status=429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    "500": lambda _: Say(status=500, body=b"<html>oh no"),
    "503": lambda _: Say(status=503),
    "529": lambda _: Say(status=529, body=b'{"type": "overloaded_error"}'),
    "504": lambda _: Say(status=504, body=b"\xff\xfe"),
    "reset before the first byte": lambda _: Say(cut="reset-first"),
    "reset in the body": lambda _: Say(cut="reset"),
    "closed in the body": lambda _: Say(cut="close"),
    "silent": lambda _: Say(cut="silent"),
    "slow beyond the limit": lambda _: Say(drip_s=TIMEOUT_S),
    "slow": lambda _: Say(drip_s=0.05),
    "late": lambda dice: Say(delay_s=dice.random() * 0.2),
    "broken JSON": lambda _: Say(body=BROKEN),
    "no JSON": lambda _: Say(body=b"\x00\x01"),
    "nothing": lambda _: Say(body=b""),
    "deep JSON": lambda _: Say(body=b"[" * 200_000),
    "no object": lambda _: Say(body=b'"yes"'),
    "no choices": lambda _: Say(body=b'{"choices": []}'),
    "no message": lambda _: Say(body=b'{"choices": [{"finish_reason": "stop"}]}'),
    "an error in a 200": lambda _: Say(body=b'{"error": {"message": "overloaded"}}'),
    "an error as finish": lambda _: Say(body=b'{"choices": [{"finish_reason": "error", "message": {"content": "yes"}}]}'),
    "a web page": lambda _: Say(body=b"<html><title>Login</title>", headers={"Content-Type": "text/html"}),
    "20 MB": lambda _: Say(body=b'{"choices": [' + b" " * (20 * 2**20)),
    "gzip that is none": lambda _: Say(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
    "a bomb": lambda _: Say(body=gzip.compress(b" " * (30 * 2**20)), headers={"Content-Encoding": "gzip"}),
    "chunked that is none": lambda _: Say(body=b"zz\r\n", headers={"Transfer-Encoding": "chunked"}),
    "too short": lambda _: Say(cut="close", headers={"Content-Length": "100000"}),
    "a stray answer behind it": lambda _: Say(extra=STRAY),
    "204": lambda _: Say(status=204, headers={"Content-Length": "0"}),
    "302": lambda _: Say(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"}),
    "400": lambda _: Say(status=400, body=b'{"error": "no"}'),
    "418": lambda _: Say(status=418),
    "999": lambda _: Say(status=999),
}
# These aren't tried again, and a redirect (a wrong address) ends the candidate: they have tests of their own.
FINAL = {"204", "302", "400", "418"}
# Each costs the seconds of its time limit, or much work.
SELDOM = {"silent", "slow beyond the limit", "20 MB", "a bomb"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(lane, "SPREAD_S", 0.02)


def chaos(seed: int, share: float) -> Callable[[str, int, Mapping[str, Any]], Say]:
    """Return a script that fails so many tries, each in a way that the seed, the question and the try decide."""

    def script(question: str, nth: int, _body: Mapping[str, Any]) -> Say:
        dice = random.Random(f"{seed} {question} {nth}")
        if dice.random() > share:
            return Say(delay_s=dice.random() * 0.02)
        name = dice.choice([*sorted(set(FAULTS) - FINAL - SELDOM) * 4, *sorted(SELDOM)])
        return FAULTS[name](dice)

    return script


def asked(folder: Path, examples: int, server: FaultyServer, *, repeat: int = 1, **limits: Any) -> Path:
    suite = write_suite(folder, server.url, examples, repeat=repeat, limits={"timeout_s": TIMEOUT_S, **limits}, price=PRICE)
    return run(Options(suite=suite, out=folder / "reports", stop=Stopping.NONE)).folder.path


def check_books(run_folder: Path, server: FaultyServer, examples: int, *, repeat: int = 1) -> Counter[str]:
    """Hold a run's rows and facts against the server's log; return how its rows ended."""
    rows, facts = rows_of(run_folder), facts_of(run_folder)
    assert sorted((row["example_id"], row["repeat"]) for row in rows) == sorted(
        (f"g{at}", each) for at in range(examples) for each in range(repeat)
    )
    names = {each.value for each in Failure}
    for row in rows:
        if row["status"] == "answered":
            # No cross-talk: the words are the answer to this very question.
            assert row["output"] == answer_to(f"question {row['example_id'][1:]}")
            assert row["error"] is None
        else:
            assert row["status"] == "error"
            assert row["error"].split(":")[0].split()[0] in names
            assert row["score"] is None
            assert row["matched"] is None
    assert sum(each["tries"] for each in facts["lanes"]) == len(server.log)
    good, answered = server.good(), Counter(f"question {row['example_id'][1:]}" for row in rows if row["status"] == "answered")
    assert good == answered, "asked again after a whole answer, or an answer lost"
    sent = [each for each in server.log if each.good]
    ours = [row for row in rows if row["status"] == "answered" and not row["cached"]]
    assert sum(row["input_tokens"] for row in ours) == sum(each.input_tokens for each in sent)
    assert sum(row["output_tokens"] for row in ours) == sum(each.output_tokens for each in sent)
    dollars = sum(each.input_tokens * 100.0 + each.output_tokens * 1000.0 for each in sent) / 1e6
    assert sum(row["cost_usd"] for row in ours) == pytest.approx(dollars)
    tries = Counter({f"question {row['example_id'][1:]}": 0 for row in rows})
    for row in rows:
        tries[f"question {row['example_id'][1:]}"] += row["attempts"]
    assert tries == server.asked()
    return Counter(row["status"] for row in rows)


@pytest.mark.usefixtures("transport")
def test_each_fault_ends_as_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # Every third question fails once; the redirect, which ends its candidate, has a test of its own.
    meets = {f"question {at * 3}": name for at, name in enumerate(sorted(set(FAULTS) - {"302"}))}

    def script(question: str, nth: int, _body: Mapping[str, Any]) -> Say:
        return FAULTS[meets[question]](random.Random(question)) if question in meets and nth == 1 else Say()

    with FaultyServer(script) as server:
        folder = asked(tmp_path, 3 * len(meets), server)
        check_books(folder, server, 3 * len(meets))
    lost = {meets[f"question {row['example_id'][1:]}"]: row["error"] for row in rows_of(folder) if row["status"] == "error"}
    assert set(lost) == FINAL - {"302"}


def test_a_redirect_is_a_wrong_address_and_ends_the_candidate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with FaultyServer(lambda *_: FAULTS["302"](random.Random(1))) as server:
        folder = asked(tmp_path, 40, server)
        assert check_books(folder, server, 40) == {"error": 40}
        assert len(server.log) <= 8
    assert all(row["error"].startswith("not-found 302") for row in rows_of(folder))


@pytest.mark.parametrize(
    ("transport", "seed", "questions"),
    [
        (ReqwestTransport, 1, 200),
        *(pytest.param(each, seed, 500, marks=pytest.mark.slow) for each in (ReqwestTransport, PooledTransport) for seed in range(2, 12)),
    ],
)
def test_a_server_gone_mad_loses_nothing_and_is_paid_once(
    transport: type, seed: int, questions: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(own_endpoint, "make_transport", transport)
    repeat = 1 + seed % 2
    with FaultyServer(chaos(seed, 0.4)) as server:
        folder = asked(tmp_path, questions // repeat, server, repeat=repeat, max_concurrent=32, attempts=6)
        found = check_books(folder, server, questions // repeat, repeat=repeat)
    assert found["answered"] >= 0.8 * questions
    assert server.most_in_flight <= 32 + 8  # a try that timed out is heard of a moment later
