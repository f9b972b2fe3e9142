"""Our rows: read, written, counted and turned into outcomes; the home of pandas and pyarrow."""
