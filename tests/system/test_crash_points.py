"""A sample of tests/bench/crash_points.py, which breaks an index run at every system call."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from places import BENCH

pytestmark = pytest.mark.slow

SCRIPT = BENCH / "crash_points.py"


def test_a_run_that_is_broken_at_any_system_call_loses_nothing() -> None:
    if shutil.which("strace") is None:
        reason = "strace is not installed. On Debian: apt-get install strace"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    # In a process of its own: this one has threads, which would not survive being forked.
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--every", "29"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert " points, 0 failures, " in done.stdout
