"""Whatever is written into a document of any format arrives, or its reader says why not."""

from __future__ import annotations

import sys

import pytest
from places import BENCH

sys.path.append(str(BENCH))

from documents import faults_of
from written_documents import Written, written

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("one", written(), ids=lambda one: f"{one.name} {one.suffix}")
def test_what_is_written_arrives(one: Written) -> None:
    assert faults_of(one) == []
