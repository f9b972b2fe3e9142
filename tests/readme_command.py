"""Print a command of the README by name, so that CI runs what a reader would."""

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"<!-- (?P<name>[\w-]+) -->\s*```bash\n(?P<body>.*?)```", re.DOTALL)


def commands(text: str) -> dict[str, str]:
    """Return every named shell block of a Markdown text."""
    return {match["name"]: match["body"].strip() for match in BLOCK.finditer(text)}


if __name__ == "__main__":
    sys.stdout.write(commands(README.read_text(encoding="utf-8"))[sys.argv[1]] + "\n")
