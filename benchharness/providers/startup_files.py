"""Files that run at every start of Python and releases of litellm that were compromised: what an attack on a package index leaves."""

import sysconfig
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

__all__ = ["COMPROMISED", "compromised_version", "unexpected_startup_files"]

# BerriAI/litellm#24512 (24 March 2026: 1.82.7, 1.82.8 with litellm_init.pth) and the incident of 21 October 2026 (1.107.0, cook.pth).
COMPROMISED = ("1.82.7", "1.82.8", "1.107.0")
# Lines of a .pth file that begin so are executed; these files are known to need that.
RUNS = ("import ", "import\t")
KNOWN = ("__editable__", "_editable_impl_", "_virtualenv", "distutils-precedence", "a1_coverage", "easy-install", "pywin32")
KNOWN_ENDS = ("-nspkg.pth",)
ALWAYS_RUN = ("sitecustomize.py", "usercustomize.py")


def compromised_version() -> str | None:
    """Return the version of litellm when it's one that was compromised."""
    try:
        version = metadata.version("litellm")
    except metadata.PackageNotFoundError:
        return None
    return version if version in COMPROMISED else None


def unexpected_startup_files(folders: Iterable[Path] | None = None) -> tuple[Path, ...]:
    """Return files of site-packages that run code whenever Python starts, and aren't known to."""
    places = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")} if folders is None else set(folders)
    found = [path for place in sorted(places) for path in sorted(place.glob("*.pth")) if _runs(path) and not _known(path.name)]
    return (*found, *(place / name for place in sorted(places) for name in ALWAYS_RUN if (place / name).is_file()))


def _known(name: str) -> bool:
    return name.startswith(KNOWN) or name.endswith(KNOWN_ENDS)


def _runs(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return any(line.startswith(RUNS) for line in text.splitlines())
