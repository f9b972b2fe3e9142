"""Judging: models that mark answers, asked in a second pass, and people's labels that hold them."""
