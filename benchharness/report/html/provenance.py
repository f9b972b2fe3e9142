"""Where every number comes from: fingerprints, versions, seed, command, prompts and what was really sent."""

from collections.abc import Iterator

from benchharness import numbers
from benchharness.records.page import Page, PageText
from benchharness.records.run import RunRecord
from benchharness.report.html.elements import Markup, element, section, table

__all__ = ["anchor", "prompts", "render"]

SHORT = 12


def render(page: Page) -> Markup:
    """Return the table of provenance, fingerprints short and, folded away, whole."""
    record = page.record
    whole = element("dl", [element("div", element("dt", name), element("dd", element("code", value))) for name, value in _hashes(record)])
    return section(
        "Provenance",
        table("This run", ("what", "value"), list(_rows(page)), class_="provenance"),
        element("details", element("summary", "Fingerprints in full"), whole, class_="hashes"),
        name="provenance",
    )


def prompts(page: Page) -> Markup | None:
    """Return each prompt's template once, to be read where an example asks for it."""
    if page.text is not PageText.WHOLE or not page.prompts:
        return None
    used = {each.prompt for each in page.comparison.candidates}
    shown = [
        element("details", element("summary", f"Prompt: {name}"), element("pre", text, tabindex=0), id=anchor(name), class_="prompt")
        for name, text in page.prompts.items()
        if name in used
    ]
    return section("Prompts", shown, name="prompts") if shown else None


def anchor(prompt: str) -> str:
    """Return the id under which a prompt stands in the page."""
    return "prompt-" + "".join(char if char.isalnum() or char in "-_" else f"_{ord(char):x}" for char in prompt)


def _rows(page: Page) -> Iterator[tuple[str, str | Markup]]:
    record, coverage = page.record, page.verdict.coverage
    pool = record.training_pool
    missing = ", ".join(f"{key} {numbers.whole(count)}" for key, count in coverage.missing.items())
    yield "suite", f"{record.suite_file} ({_short(record.suite_hash)})"
    yield "policy", _short(page.verdict.policy_hash)
    yield "golden set", f"{_source(record.golden_set)}"
    yield "training pool", "none" if pool is None else _source(pool)
    yield "results", _short(record.results_hash)
    yield "measured", f"{numbers.count_of(coverage.measured, coverage.expected)} answers"
    yield "not measured", missing or "none"
    yield "not asked", "; ".join(f"{each.candidate}: {each.reason}" for each in record.skipped) or "nobody"
    yield "addresses", "; ".join(record.facts.addresses) or "the providers' own"
    for sent in dict.fromkeys(page.sent.values()):
        yield "parameters sent", f"{sent or 'none'} – to {', '.join(key for key, each in page.sent.items() if each == sent)}"
    yield "seed", str(record.seed)
    yield "started, finished", f"{record.started_at}, {record.finished_at or 'not finished'}"
    yield "command", element("code", " ".join(record.command))
    yield "versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())


def _source(facts: object) -> str:
    known = facts if isinstance(facts, dict) else {}
    return (
        f"{known.get('source')}, {numbers.quantity(int(known.get('examples', 0)), 'example')} ({_short(str(known.get('fingerprint', '')))})"
    )


def _short(digest: str) -> str:
    kind, colon, value = digest.partition(":")
    return f"{kind}{colon}{value[:SHORT]}…" if len(value) > SHORT else digest


def _hashes(record: RunRecord) -> Iterator[tuple[str, str]]:
    yield "suite", record.suite_hash
    yield "policy", record.policy_hash
    yield "golden set", str(record.golden_set["fingerprint"])
    if record.training_pool is not None:
        yield "training pool", str(record.training_pool["fingerprint"])
    yield "results", record.results_hash
    yield from ((f"prompt {name}", digest) for name, digest in record.prompts.items())
