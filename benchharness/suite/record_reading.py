"""Read one YAML file into one record, or say everything that's wrong with it; what suites, proposals and the gate's policy share."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from benchharness.errors import Mistake, MistakesError, SetupError
from benchharness.suite.secrets import hidden, secret_mistakes
from benchharness.suite.validating import validated
from benchharness.suite.wording import Places, mistakes_of
from benchharness.suite.yaml_reading import read_yaml

__all__ = ["RecordFile", "parse_record", "read_mapping", "read_text"]

T = TypeVar("T")

LARGEST_FILE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile(Generic[T]):
    """A record as it was read."""

    record: T
    """What the file says."""
    text: str
    """Its whole text."""
    path: Path
    """Where it lies, as named."""
    places: Places
    """Where each key stands."""


def read_text(path: Path, *, noun: str, hint: str = "") -> str:
    """Return a YAML file's text; SetupError when it can't be read, MistakesError when it's not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise SetupError("there is no such file", file=path, hint=hint) from error
    except IsADirectoryError as error:
        raise SetupError(f"a folder, expected a {noun} file", file=path, hint=hint) from error
    except OSError as error:
        raise SetupError(f"can't be read: {error.strerror}", file=path) from error
    if len(data) > LARGEST_FILE:
        raise SetupError(f"larger than any {noun}: more than {LARGEST_FILE // 2**20} MiB", file=path, hint="is this the data?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MistakesError([Mistake(file=str(path), message=f"not UTF-8 at byte {error.start}", hint="save the file as UTF-8")]) from error


def read_mapping(text: str, *, path: Path, holding: str = "") -> tuple[dict[str, Any], Places]:
    """Return a YAML text's mapping and where each key stands; MistakesError for YAML that's wrong, or a secret in it.

    `holding` says in a message what the mapping would hold.
    """
    document = read_yaml(text, name=str(path))
    if document.mistakes:
        raise MistakesError(
            [replace(each, key=hidden(each.key), message=hidden(each.message), hint=hidden(each.hint)) for each in document.mistakes]
        )
    places = Places(name=str(path), values=document.places, keys=document.keys)
    if not isinstance(document.value, dict):
        got = "a list" if isinstance(document.value, list) else "one value"
        raise MistakesError([places.mistake("", f"expected a mapping{holding}, got {got}")])
    secrets = secret_mistakes(document.value, places)
    if secrets:
        raise MistakesError(secrets)
    return document.value, places


def parse_record(kind: type[T], text: str, *, path: Path) -> RecordFile[T]:
    """Return the record a text describes; MistakesError with every mistake, keys that look like secrets among them."""
    from pydantic import ValidationError

    document, places = read_mapping(text, path=path)
    try:
        record: T = validated(kind, document)
    except ValidationError as error:
        found = mistakes_of(error.errors(include_url=False), document, places, kind=kind, at="")
        raise MistakesError(sorted(found, key=lambda each: (each.line or 0, each.column or 0, each.message))) from None
    return RecordFile(record=record, text=text, path=path, places=places)
