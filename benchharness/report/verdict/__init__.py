"""The verdict of a run, a file per format."""
