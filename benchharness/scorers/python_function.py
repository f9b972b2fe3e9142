"""A function of one's own: a Python file below the suite's folder scores."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, ClassVar

from annotated_types import MinLen

from benchharness.errors import SetupError
from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.scorer_traits import ScorerTraits

__all__ = ["FunctionScorer", "Options", "make_in"]


def _files(options: Mapping[str, Any]) -> list[str]:
    """Return the file of `file.py:function`."""
    return [str(options["python"]).rpartition(":")[0]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of `python`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    traits: ClassVar[ScorerTraits] = ScorerTraits(strange_code=True, reads_everything=True, files=_files)

    python: Annotated[str, MinLen(1)]
    """`file.py:function`, the file below the suite's folder; called as `function(answer, example, **arguments)`."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """What else the function is given, by name."""

    def __post_init__(self) -> None:
        file, colon, function = self.python.rpartition(":")
        if not colon or not file.endswith(".py") or not function.isidentifier():
            raise ValueError("expected `file.py:function`, e.g. python: checks.py:grade")


def make_in(options: Options, name: str, folder: Path) -> "FunctionScorer":
    """Return the scorer; SetupError when the file isn't below `folder`, doesn't load or hasn't the function."""
    file, _, wanted = options.python.rpartition(":")
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise SetupError("a scorer's file must lie below the suite's folder", file=file, hint="move it beside the suite")
    try:
        source = path.read_bytes()
    except OSError as error:
        hint = "paths are relative to the suite file"
        raise SetupError(f"a scorer's file can't be read: {error.strerror or error}", file=file, hint=hint) from error
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    try:
        # The very bytes that the run's record names by their hash; the suite's owner wrote them, a gate never gets here.
        exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102
    # A file that ends the program would end a run without a verdict, and with the exit code it likes.
    except (Exception, SystemExit) as error:
        raise _own_mistake(error, path, file, "doesn't load") from error
    function = getattr(module, wanted, None)
    if not callable(function):
        raise SetupError(f"has no function {wanted!r}", file=file, hint="name it as `file.py:function`")
    return FunctionScorer(function, options, name, path)


class FunctionScorer:
    """What the function returns: a number from 0 to 1, true or false, None (unscored), or a Score, Unparsable or Unscored."""

    version = 1

    def __init__(self, function: Callable[..., Any], options: Options, name: str, path: Path) -> None:
        self.name = name
        self._function = function
        self._options = options
        self._path = path

    def score(self, answer: str, example: Example) -> Score | Unparsable | Unscored:
        """Call the function; SetupError when it raises, or returns what is no score."""
        file = self._options.python.rpartition(":")[0]
        try:
            found = self._function(answer, example, **self._options.arguments)
        except (Exception, SystemExit) as error:
            raise _own_mistake(error, self._path, file, f"failed at the example {example.id!r}") from error
        if isinstance(found, Unparsable | Unscored) or (isinstance(found, Score) and 0 <= found.value <= 1):
            return found
        if found is None:
            return Unscored(reason=f"{self._options.python} returned None")
        if isinstance(found, bool | int | float) and 0 <= found <= 1:
            return Score(value=float(found), parsed=answer)
        hint = "return a number from 0 to 1, true or false, or None for what can't be scored"
        raise SetupError(f"returned {str(found)[:80]!r} for the example {example.id!r}", file=file, hint=hint)


def _own_mistake(error: Exception | SystemExit, path: Path, file: str, what: str) -> SetupError:
    """Return a user's mistake in their own code as one message with its line."""
    line = next((each.lineno for each in reversed(traceback.extract_tb(error.__traceback__)) if each.filename == str(path)), None)
    line = error.lineno if isinstance(error, SyntaxError) else line
    return SetupError(f"{what}: {type(error).__name__}: {error}", file=file if line is None else f"{file}:{line}", hint="mend the function")
