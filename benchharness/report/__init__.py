"""Render a finished run; every number and sentence comes from the verdict and the run record."""
