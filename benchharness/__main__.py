"""Start the command as `python -m benchharness`."""

from benchharness.cli.main import main

if __name__ == "__main__":
    main()
