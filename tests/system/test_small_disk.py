"""On a disk that fills up, the old generation answers, or the new one, whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from crash_corpora import NEW, OLD, all_told, leftovers, put
from mishaps import opened

from bot.errors import IndexUnwritable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and limits are POSIX")


def test_a_small_disk(tmp_path: Path) -> None:
    disk = tmp_path / "index"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root may mount a small disk here")
    try:
        corpus = tmp_path / "corpus"
        put(corpus, OLD)
        engine = opened(tmp_path)
        engine.sync()
        before = all_told(engine)
        lines = (f"Mine {n} has {n * 7} tons of zinc and {n * 11} of lead." for n in range(4_000))
        (corpus / "large.txt").write_text("A list\n\n" + "\n\n".join(lines))
        with pytest.raises(IndexUnwritable, match="The index in use is unchanged"):
            engine.sync()
        assert all_told(engine) == all_told(opened(tmp_path)) == before
        assert engine.verify().faults == ()
        assert leftovers(tmp_path) == []
        # What was embedded of it is kept for another try, until the corpus has it no more.
        assert len(list(disk.glob("embedding/*"))) == 1

        put(corpus, NEW)
        engine.sync()
        assert engine.verify().faults == ()
        assert "corpus/chromium.md" in {path for _, path, *_ in all_told(engine)}
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
