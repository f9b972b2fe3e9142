"""What the tests of the page share: one real run, and a real browser."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from report.html.made_pages import made_run

from benchharness.pipeline.report import read_page
from benchharness.records.page import Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
UNTESTED = f"no Chromium ({', '.join(BROWSERS)}) is on the PATH: THE HTML REPORT IS NOT TESTED IN A BROWSER. Try: apt-get install chromium"
MISSED: list[str] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, where nobody overlooks it, what wasn't tested."""
    for told in MISSED[:1]:
        terminalreporter.write_line(told, red=True, bold=True)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a real run, made once where its suite lies."""
    folder = tmp_path_factory.mktemp("run")
    with contextlib.chdir(folder):
        return made_run(folder)


@pytest.fixture(scope="session")
def page(run_folder: Path) -> Page:
    """Return what the real run's page is made from."""
    return read_page(run_folder)[1]


# Not for the whole session: playwright keeps an event loop running, and other tests run their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return a real Chromium; where there is none CI fails, and anybody else is told what isn't tested."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(UNTESTED)
        MISSED.append(UNTESTED)
        pytest.skip(UNTESTED)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        opened.close()
