"""Marking: the one path from a stored answer to its scores, for run, score, judge and gate."""
