"""The command: one thin file per subcommand."""
