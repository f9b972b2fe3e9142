"""A YAML file becomes a Suite, or one error that lists every mistake with its place."""
