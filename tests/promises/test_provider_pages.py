"""The pages about providers are true: their suites read, their variables are those that are looked for."""

import re
from pathlib import Path

import pytest

from benchharness.providers import make_provider
from benchharness.providers.context import ProviderContext
from benchharness.providers.keys import HOSTED
from benchharness.records.provider_traits import provider_of
from benchharness.records.run import Skipped
from benchharness.records.suite import CandidateEntry
from benchharness.scorers import scorer_options
from benchharness.suite.reading import parse_suite
from benchharness.verdict.thresholds import THRESHOLDS

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "providers").glob("*.md"))
INDEX = ROOT / "docs" / "providers" / "README.md"
SNIPPETS = [(page, body) for page in PAGES for body in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)]
VARIABLE = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`")
# Variables of servers and of the AWS and Google tools, and reasons providers write in capitals.
OTHERS = {"OLLAMA_CONTEXT_LENGTH", "PROHIBITED_CONTENT", "MAX_TOKENS"}
# Ways of asking that the index names without a page.
WITHOUT_PAGE = {"deepseek", "xai", "perplexity", "cohere"}


def candidates(page: Path, text: str) -> tuple[CandidateEntry, ...]:
    return parse_suite(text, path=page, scorer_options=scorer_options(), thresholds=THRESHOLDS).suite.candidates


@pytest.mark.parametrize(("page", "text"), SNIPPETS, ids=[page.stem for page, _ in SNIPPETS])
def test_every_suite_of_a_page_is_read_and_names_what_it_lacks(page: Path, text: str) -> None:
    found = candidates(page, text)
    assert found
    for entry in found:
        made = make_provider(entry, ProviderContext(folder=ROOT, seed=7, timeout_s=20, environment={}))
        assert provider_of(entry) == "endpoint" or isinstance(made, Skipped), f"{entry.name} needs a variable, and nobody asked for it"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_variable_of_a_page_is_one_that_is_looked_for(page: Path) -> None:
    known = {variable for needs in HOSTED.values() for variable in needs.variables}
    named = set(VARIABLE.findall(page.read_text(encoding="utf-8")))
    assert named - known - OTHERS == set()


@pytest.mark.parametrize("prefix", [each for each in HOSTED if each not in WITHOUT_PAGE])
def test_every_hosted_provider_has_a_page_that_names_all_its_variables(prefix: str) -> None:
    pages = [page for page, text in SNIPPETS for entry in candidates(page, text) if (entry.model or "").startswith(f"{prefix}/")]
    pages += [page for page in PAGES if f"`{prefix}/<" in page.read_text(encoding="utf-8")]
    assert pages, f"no page shows a model of {prefix}/"
    told = pages[0].read_text(encoding="utf-8")
    assert [each for each in HOSTED[prefix].variables if f"`{each}`" not in told] == []


def test_the_index_leads_to_every_page_and_the_readme_to_the_index() -> None:
    index = INDEX.read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page != INDEX and f"]({page.name})" not in index] == []
    assert [name for name in HOSTED if f"`{name}/" not in index and name not in ("sagemaker", "cohere")] == []
    assert "docs/providers/README.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    for page in PAGES:
        for target in re.findall(r"\]\(([\w-]+\.md)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name} leads to {target}"
