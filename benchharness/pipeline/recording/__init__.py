"""Recording: what a run leaves behind: its record, notices, page and decision."""
