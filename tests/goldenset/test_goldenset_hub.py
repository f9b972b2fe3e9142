"""A data set of the hub, read by the real library from a folder, since tests reach no network."""

from pathlib import Path

import pytest

from benchharness.errors import SetupError
from benchharness.goldenset.reading import read_examples
from benchharness.records.suite import DataSource

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    datasets = pytest.importorskip("datasets", reason="needs the extra `hub`")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["ham", "spam"])})
    data = datasets.Dataset.from_dict({"text": ["007", "buy now", "2024-01-01"], "label": [0, 1, 0]}, features=features)
    target = tmp_path / "set"
    target.mkdir()
    data.to_parquet(target / "test.parquet")
    return target


def test_class_numbers_come_back_as_names_and_texts_as_texts(folder: Path) -> None:
    source = DataSource(hub=str(folder), split="test", revision="0" * 40, columns={"input": "text", "target": "label"})
    found = read_examples(source, folder=folder, seed=7, role="golden set")
    assert [(each.input, each.target) for each in found.examples] == [("007", "ham"), ("buy now", "spam"), ("2024-01-01", "ham")]
    assert found.source.startswith("hub:")


def test_a_set_that_cannot_be_fetched_says_what_to_do(folder: Path) -> None:
    source = DataSource(hub=str(folder / "gone"), split="test", revision="0" * 40)
    with pytest.raises(SetupError) as caught:
        read_examples(source, folder=folder, seed=7, role="golden set")
    assert "give `path`" in caught.value.hint
