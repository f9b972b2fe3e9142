"""The map of the house: who may import whom, which library lives where, which door leads outside."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "benchharness"
# The steps of a command, from the last to the first: a folder of pipeline/ imports only those to its right.
STEPS = ("gating", "recording", "judging", "asking", "marking", "deciding", "loading")
FLOOR = {"errors", "records", "interfaces", "numbers", "digests", "__init__"}
STAGES = {"suite", "goldenset", "providers", "runner", "scorers", "comparison", "economics", "verdict", "results", "interop", "gate"}
MAY_IMPORT = {
    "errors": set(),
    "records": {"errors"},
    "numbers": {"records"},
    "digests": {"records"},
    "interfaces": {"records", "errors"},
    **dict.fromkeys(STAGES, FLOOR),
    "report": FLOOR,
    "pipeline": FLOOR | STAGES | {"report"},
    "cli": FLOOR | {"pipeline", "report"},
    "__main__": {"cli"},
    "__init__": set(),
}
HOMES = {
    "litellm": ["providers/hosted_api.py"],
    "httpx": ["providers/own_endpoint.py", "providers/pooled_transport.py", "providers/reqwest_transport.py", "providers/transports.py"],
    "pyreqwest": ["providers/reqwest_transport.py"],
    "uvloop": ["runner/event_loop.py"],
    "xllamacpp": ["providers/embedded.py"],
    "sklearn": ["providers/classical.py", "runner/similarity.py"],
    "tenacity": ["runner/retrying.py"],
    "sqlite3": ["runner/store.py", "runner/store_care.py", "runner/looks.py", "runner/claims.py"],
    "datasets": ["goldenset/hub.py"],
    "datasketch": ["goldenset/near_duplicates.py"],
    "pyarrow": ["results/", "goldenset/parquet.py"],
    "pandas": ["results/"],
    "scipy": ["comparison/", "scorers/pairing_up.py"],
    "yaml": ["suite/yaml_reading.py"],
    "jinja2": ["suite/templates.py"],
    "pydantic": ["suite/"],
    "jsonschema": ["scorers/schemas.py"],
    "referencing": ["scorers/schemas.py"],
    "regex": ["scorers/patterns.py"],
    "rapidfuzz": ["scorers/levenshtein.py", "scorers/rouge.py"],
    "rouge_score": ["scorers/rouge.py"],
    "sacrebleu": ["scorers/bleu.py", "scorers/chrf.py"],
    "model2vec": ["scorers/similar.py"],
    "duckdb": ["results/history.py"],
    "click": ["cli/"],
    "rich": ["cli/progress.py"],
}
DOORS = {
    "socket": [],
    "urllib.request": [],
    "time": ["runner/", "providers/", "cli/", "pipeline/doctor.py"],
    # Git is started with an environment that nobody's `GIT_...` gets into.
    "os": ["providers/", "cli/", "goldenset/hub.py", "gate/repository.py"],
    "random": ["runner/", "goldenset/reading.py", "pipeline/loading/suite.py"],
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides an edge"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=place)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    own = unit(path)
    assert own in MAY_IMPORT, f"{own} has no place in the house yet: give it one"
    met = {name.split(".")[1] for name in imports(path) if name.startswith("benchharness.")}
    units = {each if each in MAY_IMPORT else "__init__" for each in met}
    assert units <= MAY_IMPORT[own] | {own, "__init__"}, f"{place(path)} reaches into {units - MAY_IMPORT[own] - {own}}"


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_imported_only_in_its_home(library: str) -> None:
    users = [place(path) for path in modules() if any(name.split(".")[0] == library for name in imports(path))]
    strangers = [each for each in users if not each.startswith(tuple(HOMES[library]))]
    assert not strangers, f"{library} has moved into {strangers}"


@pytest.mark.parametrize("door", sorted(DOORS))
def test_the_outside_world_has_doors(door: str) -> None:
    users = [place(path) for path in modules() if any(name == door or name.startswith(f"{door}.") for name in imports(path))]
    strangers = [each for each in users if not each.startswith(tuple(DOORS[door]) or ("nowhere",))]
    assert not strangers, f"{door} is used outside its door, in {strangers}"


@pytest.mark.parametrize("path", modules(), ids=place)
def test_only_the_command_prints(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    printing = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id == "print"]
    assert not printing, f"{place(path)} prints; a function returns text, cli/ prints it"


@pytest.mark.parametrize("path", modules(), ids=place)
def test_a_module_is_small_and_says_its_job_first(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{place(path)} doesn't say its job"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = ast.get_docstring(node)
            lines = (node.end_lineno or 0) - node.lineno + 1 - (told.count("\n") + 1 if told else 0)
            assert lines <= 60, f"{place(path)}: {node.name} has {lines} lines"


def crowded(tree: ast.Module) -> list[str]:
    """Return the functions that take more than five parameters by their place, `self` aside."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            by_place = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
            found += [node.name] if len(by_place) - (by_place[:1] in (["self"], ["cls"])) > 5 else []
    return found


@pytest.mark.parametrize("path", modules(), ids=place)
def test_a_function_takes_at_most_five_parameters_by_their_place(path: Path) -> None:
    assert crowded(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_crowded_function_is_seen() -> None:
    tree = ast.parse("def f(a, b, c, d, e, f): ...\ndef g(self, a, b, c, d, e, *, f): ...\ndef h(a, b, c, d, e, *, f, g): ...")
    assert crowded(tree) == ["f"]


def test_half_of_all_modules_are_shorter_than_120_lines() -> None:
    sizes = sorted(path.read_text(encoding="utf-8").count("\n") for path in modules())
    assert sizes[len(sizes) // 2] <= 120


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "common", "base", "core", "helpers", "helper", "misc"}
    assert not [place(path) for path in modules() if path.stem in empty or path.parent.name in empty]


def files_met(package: Path) -> dict[str, set[str]]:
    """Return the files of the package that each of its files imports, wherever in it the import stands."""
    known = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}

    def file_of(name: str) -> str:
        parts = name.split(".")[1:]
        tries = ("/".join([*parts[:most], *last]) for most in range(len(parts), -1, -1) for last in ([], ["__init__"]))
        return next((f"{each}.py" for each in tries if f"{each}.py" in known), "__init__.py")

    def met_by(file: str) -> Iterator[str]:
        for name in imports(package / file):
            if name.split(".")[0] == "benchharness":
                # `from folder import file` runs the folder's own file too.
                yield from {file_of(name), file_of(name.rpartition(".")[0])} - {file}

    return {each: set(met_by(each)) for each in sorted(known)}


def wrong_ways(met: Mapping[str, set[str]]) -> list[str]:
    """Return what runs upwards or across in pipeline/: a step that needs a later one or a command, a command that needs a command."""
    found = []
    for file, others in met.items():
        for other in sorted(others):
            own, theirs = (each.split("/")[1:] for each in (file, other))
            if not file.startswith("pipeline/") or not other.startswith("pipeline/") or theirs == ["__init__.py"]:
                continue
            if len(own) == 1 and len(theirs) == 1:
                found.append(f"the command {file} imports the command {other}")
            elif len(own) > 1 and len(theirs) == 1:
                found.append(f"the step {file} imports the command {other}")
            elif len(own) > 1 and STEPS.index(theirs[0]) < STEPS.index(own[0]):
                found.append(f"the step {file} imports {other}, a later step")
    return found


def cycle_in(met: Mapping[str, set[str]]) -> list[str]:
    """Return the files of one circle, or none."""
    try:
        TopologicalSorter(met).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_the_steps_stand_in_one_order_below_the_commands() -> None:
    assert {path.name for path in (PACKAGE / "pipeline").iterdir() if path.is_dir() and path.name != "__pycache__"} == set(STEPS)
    assert wrong_ways(files_met(PACKAGE)) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert cycle_in(files_met(PACKAGE)) == []


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("pipeline/run.py", "from benchharness.pipeline.decide import decide", "the command pipeline/run.py imports the command"),
        ("pipeline/run.py", "from benchharness.pipeline import decide", "the command pipeline/run.py imports the command"),
        ("pipeline/loading/suite.py", "import benchharness.pipeline.run", "the step pipeline/loading/suite.py imports the command"),
        (
            "pipeline/loading/suite.py",
            "def f():\n    import benchharness.pipeline.asking.ask",
            "imports pipeline/asking/ask.py, a later step",
        ),
        ("pipeline/run.py", "import benchharness.pipeline.asking.ask\nfrom benchharness.pipeline.loading import suite", None),
    ],
)
def test_a_step_or_command_that_looks_the_wrong_way_is_seen(tmp_path: Path, file: str, line: str, told: str | None) -> None:
    for each in ("__init__", "pipeline/run", "pipeline/decide", "pipeline/__init__", "pipeline/asking/ask", "pipeline/loading/suite"):
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{each}.py").write_text("")
    (tmp_path / file).write_text(line)
    found = wrong_ways(files_met(tmp_path))
    assert len(found) == (told is not None)
    assert told is None or told in found[0]


def test_a_circle_of_files_is_seen_through_a_folder_and_inside_a_function(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/__init__.py").write_text("from benchharness.rules import gap")
    (tmp_path / "rules/gap.py").write_text("")
    assert cycle_in(files_met(tmp_path)) == []
    for line in ("def find():\n    from benchharness.rules import RULES", "from benchharness.rules import spending"):
        (tmp_path / "rules/spending.py").write_text("")
        (tmp_path / "rules/gap.py").write_text(line)
        assert set(cycle_in(files_met(tmp_path))) == {"rules/__init__.py", "rules/gap.py"}
