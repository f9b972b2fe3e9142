"""Run one golden set against every candidate and say whether fine-tuning is justified."""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # What knows an installed package's version takes a third of the start of `bench --help`, which tells none.
    if name != "__version__":
        raise AttributeError(name)
    from importlib import metadata

    return metadata.version("benchharness")
