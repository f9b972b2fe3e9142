"""Read and write results: our own rows, and those of other harnesses."""
