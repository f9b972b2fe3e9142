"""Install the mock servers other people wrote into environments of their own, outside the tree; what's there already stays.

`.ci/run` calls it before the tests; by hand: `PYTHONPATH=tests python -m conformance.install`.
"""

import shutil
import subprocess
import sys

from conformance.servers import AIMOCK, AIMOCK_COMMAND, AIMOCK_VERSION, HOME, LLMOCK, LLMOCK_VERSION


def main() -> int:
    """Return 0 when both are there, 1 when one couldn't be installed."""
    HOME.mkdir(parents=True, exist_ok=True)
    if not LLMOCK.is_file():
        # Not into this environment: it brings a web framework that nothing here may come to need.
        subprocess.run([sys.executable, "-m", "venv", LLMOCK.parents[1]], check=True)
        subprocess.run([LLMOCK.parent / "pip", "install", "-q", f"llmock=={LLMOCK_VERSION}"], check=True)
    npm = shutil.which("npm")
    if not AIMOCK_COMMAND.is_file():
        if npm is None:
            sys.stderr.write("!!! no npm here: aimock can't be installed, the tests that need it can't run\n")
            return 1
        AIMOCK.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                npm,
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
                AIMOCK,
                f"@copilotkit/aimock@{AIMOCK_VERSION}",
            ],
            check=True,
        )
    sys.stdout.write(f"mock servers: {HOME}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
