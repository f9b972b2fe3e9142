"""Loading: a suite with its data, policy, files, effort and run directories."""
