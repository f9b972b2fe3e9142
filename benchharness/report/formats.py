"""The table of a subject's formats: a new one is its file and a line in the table."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

__all__ = ["Formats"]

Subject = TypeVar("Subject")


class Formats(Generic[Subject]):
    """Each format's name and the module whose `render` writes it, `module:function` where it's called otherwise.

    A module is imported when its format is asked for, so that a command's help knows the names and nothing else is loaded.
    """

    def __init__(self, where: Mapping[str, str]) -> None:
        self._where = where

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def render(self, name: str, subject: Subject) -> str:
        """Return the subject in the format of that name."""
        module, _, function = self._where[name].partition(":")
        write: Callable[[Subject], str] = getattr(import_module(module), function or "render")
        return write(subject)
