"""Where each peer lives: an environment of its own with pinned versions, made once, outside the tree."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ENVIRONMENTS", "ROOT", "Environment", "Home", "ensure", "versions_in"]

ROOT = Path(__file__).resolve().parents[2]
READY = "ready.json"
# A package that compiles for longer than this won't come.
PATIENCE_S = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What is installed together."""

    name: str
    """The folder."""
    needs: tuple[str, ...]
    """Pinned requirements, the one that's measured first."""
    node: bool = False
    """Whether they are packages for Node."""
    ours: bool = False
    """Whether this project's own requirements come along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An environment as it was found or made."""

    python: Path
    """What runs its contestants."""
    version: str
    """The measured package with its version; why there is none, when it couldn't be made."""
    missing: bool = False
    """Whether it couldn't be made."""
    tool: Path | None = None
    """A command of Node's."""


ENVIRONMENTS = {
    each.name: each
    for each in (
        Environment(name="aiohttp", needs=("aiohttp==3.14.5",)),
        Environment(name="httpx", needs=("httpx==0.28.1",)),
        Environment(name="openai", needs=("openai==3.54.0",)),
        Environment(name="pydantic-evals", needs=("pydantic-evals==2.62.0", "openai==3.54.0")),
        Environment(name="deepeval", needs=("deepeval==4.3.1", "openai==3.54.0")),
        Environment(name="lm-eval", needs=("lm-eval[api]==0.4.13",)),
        Environment(name="inspect", needs=("inspect-ai==0.3.285", "openai==3.54.0")),
        Environment(name="litellm", needs=("litellm==1.106.2",), ours=True),
        Environment(name="promptfoo", needs=("promptfoo@0.121.20",), node=True),
    )
}


def ensure(environment: Environment, cache: Path) -> Home:
    """Return an environment, made when it isn't there with just these requirements."""
    folder = cache / environment.name
    python, tool = folder / "bin" / "python", folder / "node_modules" / ".bin" / environment.name
    home = Home(python=Path(sys.executable) if environment.node else python, version="", tool=tool if environment.node else None)
    needs = [*environment.needs, *(_own_needs() if environment.ours else ())]
    ready = folder / READY
    if not ready.exists() or json.loads(ready.read_text(encoding="utf-8")) != needs:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"  installs {', '.join(environment.needs)} ...", file=sys.stderr, flush=True)
        try:
            _install(folder, needs, node=environment.node)
            if environment.ours:
                # Its code comes from the working tree by PYTHONPATH; this makes its version known.
                _add(folder, ["--no-deps", "--editable", str(ROOT)])
        except (OSError, subprocess.SubprocessError) as error:
            return Home(python=python, version=f"{environment.needs[0]} can't be installed here: {_last_words(error)}", missing=True)
        ready.write_text(json.dumps(needs), encoding="utf-8")
    return Home(python=home.python, version=environment.needs[0].replace("@", "=="), tool=home.tool)


def versions_in(home: Home, names: Sequence[str]) -> dict[str, str]:
    """Return the versions of packages in an environment; those that aren't there are left out."""
    code = (
        "import json, sys\nfrom importlib import metadata\nfound = {}\nfor name in sys.argv[1:]:\n    try:\n"
        "        found[name] = metadata.version(name)\n    except metadata.PackageNotFoundError:\n        pass\nprint(json.dumps(found))"
    )
    done = subprocess.run([home.python, "-c", code, *names], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _install(folder: Path, needs: Sequence[str], *, node: bool) -> None:
    if node:
        _call(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *needs])
        return
    uv = _uv()
    _call(
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)] if uv else [sys.executable, "-m", "venv", str(folder)]
    )
    _add(folder, needs)


def _add(folder: Path, needs: Sequence[str]) -> None:
    uv, python = _uv(), str(folder / "bin" / "python")
    _call([uv, "pip", "install", "--quiet", "--python", python, *needs] if uv else [python, "-m", "pip", "install", "--quiet", *needs])


def _uv() -> str | None:
    return shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")


def _call(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)


def _own_needs() -> list[str]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(each) for each in told["project"]["dependencies"]]


def _last_words(error: Exception) -> str:
    told = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
    return told[-1][:120] if told else type(error).__name__
