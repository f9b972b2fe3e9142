"""Install the mock servers other people wrote into environments of their own, outside the tree; what's there already stays.

`.ci/run` calls it before the tests; by hand: `PYTHONPATH=tests python -m conformance.install`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conformance.servers import AIMOCK, AIMOCK_COMMAND, AIMOCK_VERSION, HOME, LLMOCK, LLMOCK_VERSION

LONGEST_S = 180.0
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


def main() -> int:
    """Return 0 when both are there, 1 when one couldn't be installed."""
    HOME.mkdir(parents=True, exist_ok=True)
    if not LLMOCK.is_file():
        # Not into this environment: it brings a web framework that nothing here may come to need.
        subprocess.run([sys.executable, "-m", "venv", LLMOCK.parents[1]], check=True)
        subprocess.run([LLMOCK.parent / "pip", "install", "-q", f"llmock=={LLMOCK_VERSION}"], check=True)
    if not AIMOCK_COMMAND.is_file() and not _aimock():
        return 1
    sys.stdout.write(f"mock servers: {HOME}\n")
    return 0


def _aimock() -> bool:
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("!!! no npm here: aimock can't be installed, the tests that need it can't run\n")
        return False
    AIMOCK.mkdir(parents=True, exist_ok=True)
    quiet = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=30000"]
    # Node trusts its own list of authorities, and not those of the machine unless it's told.
    trusted = {"NODE_EXTRA_CA_CERTS": str(AUTHORITIES)} if AUTHORITIES.is_file() else {}
    try:
        subprocess.run(
            [npm, "install", *quiet, "--prefix", AIMOCK, f"@copilotkit/aimock@{AIMOCK_VERSION}"],
            check=True,
            timeout=LONGEST_S,
            env={**trusted, **os.environ},
        )
    except (subprocess.SubprocessError, OSError) as error:
        sys.stderr.write(f"!!! aimock can't be installed ({type(error).__name__}): the tests that need it can't run\n")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
