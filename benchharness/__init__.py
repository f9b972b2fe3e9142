"""Run one golden set against every candidate and say whether fine-tuning is justified."""

from importlib import metadata

__all__ = ["__version__"]

__version__ = metadata.version("benchharness")
