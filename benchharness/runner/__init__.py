"""Ask every candidate every example, and lose nothing."""
