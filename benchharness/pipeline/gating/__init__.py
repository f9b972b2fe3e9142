"""Gating: what `bench gate` looks at, makes again, compares and says."""
