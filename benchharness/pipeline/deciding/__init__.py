"""Deciding: the one path from rows, a run or a bundle to a verdict."""
