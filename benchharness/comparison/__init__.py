"""Who is better and how sure are we: pure functions on counts and arrays, each with its source."""
