"""Libraries that only some scorers need: there, or one message that says what to install."""

from importlib.util import find_spec

from benchharness.errors import SetupError

__all__ = ["require"]


def require(extra: str, scorer: str, *names: str) -> None:
    """Raise SetupError when a library of an extra isn't installed; nothing is imported yet."""
    absent = [name for name in names if find_spec(name) is None]
    if absent:
        raise SetupError(f"the scorer `{scorer}` needs {', '.join(absent)}", hint=f"pip install 'benchharness[{extra}]'")
