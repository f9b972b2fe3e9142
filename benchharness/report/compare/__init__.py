"""A comparison of runs or candidates, a file per format."""
