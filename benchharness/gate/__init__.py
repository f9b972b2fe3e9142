"""Proposals in pull requests: the evidence they rest on, and whether the decision agrees with it."""
