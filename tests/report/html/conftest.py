"""What the tests of the page share: one real run, and a real browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from report.html.made_pages import made_run

from benchharness.pipeline.paging import read_page
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


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the directory of a real run, made once where its suite lies."""
    folder = tmp_path_factory.mktemp("run")
    before = Path.cwd()
    os.chdir(folder)
    yield made_run(folder)
    os.chdir(before)


@pytest.fixture(scope="session")
def page(run_folder: Path) -> Page:
    """Return what the real run's page is made from."""
    return read_page(run_folder)[1]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a real Chromium; where there is none CI fails, and anybody else is told what isn't tested."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        told = f"no Chromium ({', '.join(BROWSERS)}) is on the PATH: THE HTML REPORT IS NOT TESTED IN A BROWSER. apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        opened.close()
