"""A key goes to no address from another place: a `.env` can't send the shell's key away, and every address is named first."""

import json
import os
from collections.abc import Iterator, Mapping
from importlib import util
from pathlib import Path

import pytest
from loopback_server import LoopbackServer, Reply
from story.commanding import bench

from benchharness.errors import SetupError
from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.environment import read_environment
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry

pytestmark = pytest.mark.skipif(util.find_spec("litellm") is None, reason="needs the extra `apis`")

KEY = "shellsOwnKey-Zu7Qm3Xr9Lk2Wv8Ty5Hb"
# model -> the variables that hold its key and other needs, and the one that holds its address.
FAMILIES: dict[str, tuple[Mapping[str, str], str]] = {
    "openai/gpt-4o-mini": ({"OPENAI_API_KEY": KEY}, "OPENAI_BASE_URL"),
    "openai/gpt-4o": ({"OPENAI_API_KEY": KEY}, "OPENAI_API_BASE"),
    "azure/ours": ({"AZURE_API_KEY": KEY, "AZURE_API_VERSION": "2024-10-21"}, "AZURE_API_BASE"),
    "anthropic/claude-haiku-4-5": ({"ANTHROPIC_API_KEY": KEY}, "ANTHROPIC_BASE_URL"),
    "gemini/gemini-2.5-flash": ({"GEMINI_API_KEY": KEY}, "GEMINI_API_BASE"),
    "mistral/mistral-small-latest": ({"MISTRAL_API_KEY": KEY}, "MISTRAL_AZURE_API_BASE"),
    "deepseek/deepseek-chat": ({"DEEPSEEK_API_KEY": KEY}, "DEEPSEEK_API_BASE"),
    "xai/grok-4": ({"XAI_API_KEY": KEY}, "XAI_API_BASE"),
    "perplexity/sonar": ({"PERPLEXITYAI_API_KEY": KEY}, "PERPLEXITY_API_BASE"),
    "ollama_chat/llama3.1": ({"OLLAMA_API_KEY": KEY}, "OLLAMA_API_BASE"),
    "hosted_vllm/ours": ({"HOSTED_VLLM_API_KEY": KEY}, "HOSTED_VLLM_API_BASE"),
    "huggingface/tgi": ({"HF_TOKEN": KEY}, "HF_API_BASE"),
    "bedrock/converse/anthropic.claude-sonnet-4-5-20250929-v1:0": (
        {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY, "AWS_REGION": "us-east-1"},
        "AWS_BEDROCK_RUNTIME_ENDPOINT",
    ),
}


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(lambda _count, _body: Reply()) as found:
        yield found


@pytest.fixture(autouse=True)
def _bare_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().endswith(("_PROXY", "_BASE_URL", "_API_BASE")) or name.startswith(("AWS_", "BENCH_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("no_proxy", "")


def suite(folder: Path, candidate: str, *, more: str = "") -> None:
    (folder / "golden.jsonl").write_text('{"input": "one", "target": "yes"}\n{"input": "two", "target": "no"}\n', encoding="utf-8")
    (folder / "suite.yaml").write_text(
        "name: sent\ngolden_set: {path: golden.jsonl}\nprompts: {plain: {user: '{{ input }}'}}\n"
        f"candidates: [{candidate}]\n{more}decision: {{accuracy_target: 0.9}}\n",
        encoding="utf-8",
    )


def dotenv(folder: Path, **variables: str) -> None:
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()), encoding="utf-8")


@pytest.mark.parametrize("model", FAMILIES)
def test_an_address_in_a_dotenv_gets_no_key_of_the_shell(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables, address = FAMILIES[model]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    secret = next(name for name, value in variables.items() if value == KEY)
    url = "http://gateway.example:8000/v1"
    dotenv(tmp_path, **{address: url})
    entry = CandidateEntry(name="ours", model=model, prompts=("plain",))

    def make() -> object:
        environment = read_environment(tmp_path).values
        return make_provider(entry, ProviderContext(folder=tmp_path, seed=7, timeout_s=5, environment=environment))

    with pytest.raises(SetupError) as told:
        make()
    expected = f"ours: {secret} from the shell would be sent to {url}, which {address} in {tmp_path / '.env'} names; nothing was sent"
    assert str(told.value) == expected
    assert "--send-keys-to gateway.example:8000" in told.value.hint
    # What the shell says of both is taken.
    monkeypatch.setenv(address, url)
    assert not isinstance(make(), Skipped)


def test_no_command_sends_it(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    dotenv(tmp_path, OPENAI_BASE_URL=server.url)
    suite(tmp_path, "{name: ours, model: openai/gpt-4o-mini, prompts: [plain]}")
    for command in (("run", "suite.yaml", "--yes"), ("run", "suite.yaml", "--dry-run"), ("doctor", "suite.yaml")):
        done = bench(tmp_path, *command)
        assert done.returncode == 2, done.stdout
        told = done.stderr
        assert f"OPENAI_API_KEY from the shell would be sent to {server.url}, which OPENAI_BASE_URL in " in told
        assert told.count("error:") == 1
        assert KEY not in told + done.stdout
    assert server.headers == []


def test_an_address_of_the_shell_gets_no_key_of_a_dotenv(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    dotenv(tmp_path, OPENAI_API_KEY=KEY)
    suite(tmp_path, "{name: ours, model: openai/gpt-4o-mini, prompts: [plain]}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.returncode == 2
    assert "which OPENAI_BASE_URL in the shell names" in done.stderr
    assert server.headers == []


@pytest.mark.parametrize("where", ["shell", "dotenv", "allowed by option", "allowed by variable"])
def test_an_address_that_is_from_where_the_key_is_or_allowed_is_named_everywhere_before_it_is_asked(
    where: str, server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = server.url.split("/")[2]
    options: tuple[str, ...] = ()
    if where == "dotenv":
        dotenv(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url)
    else:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        if where == "shell":
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        else:
            dotenv(tmp_path, OPENAI_BASE_URL=server.url)
        if where == "allowed by option":
            options = ("--send-keys-to", host)
        elif where == "allowed by variable":
            monkeypatch.setenv("BENCH_SEND_KEYS_TO", f"other.example, {host}")
    suite(tmp_path, "{name: ours, model: openai/gpt-4o-mini, prompts: [plain]}")
    told = f"ours is asked at {server.url} (OPENAI_BASE_URL in "
    dry = bench(tmp_path, "run", "suite.yaml", "--dry-run", *options)
    assert told in dry.stdout
    assert json.loads(bench(tmp_path, "run", "suite.yaml", "--dry-run", "--json", *options).stdout)["addresses"][0]["url"] == server.url
    assert server.headers == []
    done = bench(tmp_path, "run", "suite.yaml", "--yes", *options)
    assert done.returncode == 0, done.stderr
    first, *_ = done.stderr.splitlines()
    assert told in first
    assert "with OPENAI_API_KEY from " in first
    assert {each["authorization"] for each in server.headers} == {f"Bearer {KEY}"}
    run = next(each for each in (tmp_path / "reports/sent").iterdir() if each.is_dir())
    assert told in json.loads((run / "run.json").read_text())["facts"]["addresses"][0]
    assert all("ours is asked at" in (run / name).read_text() for name in ("report.html", "report.md"))
    assert told in bench(tmp_path, "doctor", "suite.yaml", *options).stdout


def test_a_dotenv_cannot_allow_itself(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    dotenv(tmp_path, OPENAI_BASE_URL=server.url, BENCH_SEND_KEYS_TO=server.url.split("/")[2])
    suite(tmp_path, "{name: ours, model: openai/gpt-4o-mini, prompts: [plain]}")
    assert bench(tmp_path, "run", "suite.yaml", "--yes").returncode == 2
    assert server.headers == []


def test_what_a_dotenv_says_of_proxies_and_certificates_has_no_effect(
    server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    with LoopbackServer(lambda _count, _body: Reply()) as proxy:
        names = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy", "LITELLM_PROXY_API_BASE")
        dotenv(tmp_path, **dict.fromkeys(names, proxy.url), SSL_CERT_FILE="/nowhere", USE_LITELLM_PROXY="True")
        suite(tmp_path, "{name: ours, model: openai/gpt-4o-mini, prompts: [plain]}")
        done = bench(tmp_path, "run", "suite.yaml", "--yes")
        assert done.returncode == 0, done.stderr
        assert (len(server.headers), proxy.headers) == (2, [])
        assert "proxy" not in done.stderr


def test_a_proxy_of_the_shell_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:s3cretpw@proxy.example:3128")
    suite(tmp_path, "{name: ours, model: openai/gpt-4o-mini, prompts: [plain]}")
    done = bench(tmp_path, "run", "suite.yaml", "--dry-run")
    assert "ours is asked through the proxy http://proxy.example:3128 (HTTPS_PROXY in the shell)" in done.stdout
    assert "s3cretpw" not in done.stdout + done.stderr


def test_a_detour_by_another_proxy_of_litellms_is_not_taken(
    server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackServer(lambda _count, _body: Reply()) as proxy:
        monkeypatch.setenv("USE_LITELLM_PROXY", "True")
        monkeypatch.setenv("LITELLM_PROXY_API_BASE", proxy.url)
        dotenv(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=server.url)
        suite(tmp_path, "{name: ours, model: openai/gpt-4o-mini, prompts: [plain]}")
        assert bench(tmp_path, "run", "suite.yaml", "--yes").returncode == 0
        assert (len(server.headers), proxy.headers) == (2, [])


@pytest.mark.parametrize("region", ["127.0.0.1:9/", "x.evil.example/#", "evil.example?"])
def test_a_region_that_makes_another_host_is_refused(region: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    dotenv(tmp_path, AWS_REGION_NAME=f"'{region}'")
    suite(tmp_path, "{name: ours, model: bedrock/converse/some.model, prompts: [plain]}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.returncode == 2
    assert "AWS_REGION_NAME in " in done.stderr
    assert "is no name of a region" in done.stderr


def test_a_model_that_is_an_address_gets_a_key_only_when_the_suite_names_the_key_too(
    server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", KEY)
    suite(tmp_path, f"{{name: ours, model: 'huggingface/{server.url}', prompts: [plain]}}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.returncode == 2
    assert f"HF_TOKEN from the shell would be sent to {server.url}, which the suite names" in done.stderr
    assert server.headers == []
    suite(tmp_path, f"{{name: ours, model: 'huggingface/{server.url}', api_key_env: HF_TOKEN, prompts: [plain]}}")
    assert f"ours is asked at {server.url} (the suite), with HF_TOKEN" in bench(tmp_path, "run", "suite.yaml", "--dry-run").stdout


def test_a_key_that_litellm_finds_by_itself_goes_to_no_address_of_a_dotenv(
    server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    dotenv(tmp_path, AZURE_API_BASE=server.url.removesuffix("/v1"), AZURE_API_VERSION="2024-10-21", AZURE_AD_TOKEN="x" * 20)
    suite(tmp_path, "{name: ours, model: azure/ours, prompts: [plain]}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.returncode == 2
    assert "AZURE_OPENAI_API_KEY from the shell" in done.stderr
    assert server.headers == []


def test_a_provider_we_have_no_table_for_is_watched_too(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEREBRAS_API_BASE", server.url)
    dotenv(tmp_path, OUR_KEY=KEY)
    suite(tmp_path, "{name: ours, model: cerebras/llama3.1-8b, api_key_env: OUR_KEY, prompts: [plain]}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.returncode == 2
    assert f"would be sent to {server.url}, which CEREBRAS_API_BASE in the shell names" in done.stderr
    assert server.headers == []


def test_an_endpoint_of_the_suite_is_named_with_the_key_it_gets(
    server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_KEY", KEY)
    suite(tmp_path, f"{{name: ours, model: m, endpoint: '{server.url}', api_key_env: OUR_KEY, prompts: [plain]}}")
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.stderr.splitlines()[0] == f"address: ours is asked at {server.url} (the suite), with OUR_KEY from the shell"
    assert len(server.headers) == 2


def test_a_judges_address_is_held_to_the_same(server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    dotenv(tmp_path, OPENAI_BASE_URL=server.url)
    more = "judges: [{name: j, model: openai/gpt-4o-mini}]\nscorers: [{type: exact, primary: true}, {type: reference, judge: j}]\n"
    suite(tmp_path, "{name: ours, model: rehearsal/x, prompts: [plain]}", more=more)
    done = bench(tmp_path, "run", "suite.yaml", "--yes")
    assert done.returncode == 2
    assert "j: OPENAI_API_KEY from the shell would be sent to" in done.stderr
    assert server.headers == []
    host = server.url.split("/")[2]
    done = bench(tmp_path, "run", "suite.yaml", "--yes", "--send-keys-to", host)
    assert f"address: j is asked at {server.url}" in done.stderr.splitlines()[0]
    assert f"j is asked at {server.url}" in next((tmp_path / "reports/sent").glob("2*/run.json")).read_text()
