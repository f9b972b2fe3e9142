"""Read a data set of the hub; the one home of `datasets`."""

import os
from collections.abc import Iterator
from typing import Any

from benchharness.errors import Mistake, SetupError
from benchharness.records.suite import DataSource

__all__ = ["read_hub"]

INSTALL = "pip install 'benchharness[hub]'"


def read_hub(source: DataSource, *, name: str) -> Iterator[tuple[int, dict[str, Any] | Mistake]]:
    """Yield (1-based row number, values by column), class numbers turned to names; SetupError when it can't be fetched."""
    # The library counts downloads over the network even for local files unless it's told not to.
    os.environ.setdefault("HF_UPDATE_DOWNLOAD_COUNTS", "0")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import datasets
    except ImportError as error:
        raise SetupError(f"{name}: data sets of the hub need the extra `hub`", hint=INSTALL) from error
    try:
        found = datasets.load_dataset(source.hub, source.config, split=source.split, revision=source.revision)
    except Exception as error:
        raise SetupError(
            f"{name}: the hub's data set can't be read: {' '.join(str(error).split())[:300]}",
            hint="check the name, split and revision, or download it once and give `path`",
        ) from error
    classes = {column: feature.names for column, feature in found.features.items() if isinstance(feature, datasets.ClassLabel)}
    for number, row in enumerate(found, start=1):
        yield number, {column: _named(value, classes.get(column)) for column, value in row.items()}


def _named(value: Any, names: list[str] | None) -> Any:
    return names[value] if names is not None and isinstance(value, int) and 0 <= value < len(names) else value
