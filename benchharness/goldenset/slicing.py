"""Which golden examples belong to which slice, by their metadata."""

from collections.abc import Mapping, Sequence

from benchharness.records.example import ExampleSet

__all__ = ["groups_of", "slices_of", "unknown_keys", "unknown_slices"]

MOST_VALUES = 8
# Beyond it a key tells examples apart rather than groups them.
MOST_GROUPS = 50


def slices_of(golden: ExampleSet, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the ids of each slice's examples in golden order, by `key=value`; a value that's no text is compared as text."""
    return {
        f"{key}={value}": [each.id for each in golden.examples if str(each.metadata.get(key)) == value]
        for key, values in wanted.items()
        for value in values
    }


def groups_of(golden: ExampleSet, keys: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of every slice by the values of these keys, by `key=value`; a key with too many values to look at has none."""
    found = {key: sorted({str(each.metadata[key]) for each in golden.examples if key in each.metadata}) for key in keys}
    return slices_of(golden, {key: values for key, values in found.items() if len(values) <= MOST_GROUPS})


def unknown_keys(golden: ExampleSet, keys: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return each key no example has: its place, what is wrong, and what there is."""
    known = sorted({key for each in golden.examples for key in each.metadata})
    return [
        (at, f"no golden example has {key!r} in its metadata", f"there are {', '.join(known) or 'none'}")
        for at, key in enumerate(keys)
        if key not in known
    ]


def unknown_slices(golden: ExampleSet, wanted: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """Return each key or value no example has: its place below `protected_slices`, what is wrong, and what there is."""
    found = []
    keys = sorted({key for each in golden.examples for key in each.metadata})
    for key, values in wanted.items():
        if key not in keys:
            found.append((key, f"no golden example has {key!r} in its metadata", f"there are {', '.join(keys) or 'none'}"))
            continue
        there = sorted({str(each.metadata[key]) for each in golden.examples if key in each.metadata})
        shown = ", ".join(there[:MOST_VALUES]) + (", ..." if len(there) > MOST_VALUES else "")
        found += [
            (f"{key}[{at}]", f"no golden example has {key} = {value!r}", f"there are {shown}")
            for at, value in enumerate(values)
            if value not in there
        ]
    return found
