"""What `bench gate` found, a file per format."""
