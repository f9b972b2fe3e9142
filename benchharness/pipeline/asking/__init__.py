"""Asking: the questions of a run become answers in its store, within limits, probes and stopping rules."""
