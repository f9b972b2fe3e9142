"""The gate in pull requests: what it's set up with."""
