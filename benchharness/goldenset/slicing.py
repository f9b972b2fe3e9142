"""Which golden examples belong to which slice, by their metadata."""

from collections.abc import Mapping, Sequence

from benchharness.records.example import ExampleSet

__all__ = ["groups_of", "slices_of", "unknown_keys", "unknown_slices"]

MOST_VALUES = 8
# Beyond it a key tells examples apart rather than groups them.
MOST_GROUPS = 50


def slices_of(golden: ExampleSet, wanted: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the ids of each slice's examples in golden order, by `key=value`; a value that's no text is compared as text."""
    found: dict[str, list[str]] = {f"{key}={value}": [] for key, values in wanted.items() for value in values}
    asked = {key: frozenset(values) for key, values in wanted.items()}
    for each in golden.examples if asked else ():
        for key, values in asked.items():
            value = str(each.metadata.get(key))
            if value in values:
                found[f"{key}={value}"].append(each.id)
    return {name: tuple(ids) for name, ids in found.items()}


def groups_of(golden: ExampleSet, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the ids of every slice by the values of these keys, by `key=value`; a key with too many values to look at has none."""
    found = _values(golden, keys)
    return slices_of(golden, {key: sorted(values) for key, values in found.items() if len(values) <= MOST_GROUPS})


def _values(golden: ExampleSet, keys: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {key: set() for key in keys}
    for each in golden.examples if found else ():
        for key, values in found.items():
            if key in each.metadata:
                values.add(str(each.metadata[key]))
    return found


def _keys(golden: ExampleSet) -> list[str]:
    known: set[str] = set()
    for each in golden.examples:
        known.update(each.metadata)
    return sorted(known)


def unknown_keys(golden: ExampleSet, keys: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return each key no example has: its place, what is wrong, and what there is."""
    known = _keys(golden) if keys else []
    return [
        (at, f"no golden example has {key!r} in its metadata", f"there are {', '.join(known) or 'none'}")
        for at, key in enumerate(keys)
        if key not in known
    ]


def unknown_slices(golden: ExampleSet, wanted: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """Return each key or value no example has: its place below `protected_slices`, what is wrong, and what there is."""
    found: list[tuple[str, str, str]] = []
    if not wanted:
        return found
    keys, stand = _keys(golden), _values(golden, tuple(wanted))
    for key, values in wanted.items():
        if key not in keys:
            found.append((key, f"no golden example has {key!r} in its metadata", f"there are {', '.join(keys) or 'none'}"))
            continue
        there = sorted(stand[key])
        shown = ", ".join(there[:MOST_VALUES]) + (", ..." if len(there) > MOST_VALUES else "")
        found += [
            (f"{key}[{at}]", f"no golden example has {key} = {value!r}", f"there are {shown}")
            for at, value in enumerate(values)
            if value not in there
        ]
    return found
