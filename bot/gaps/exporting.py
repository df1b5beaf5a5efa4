"""Exports gaps as CSV for spreadsheets and as JSON for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .clusters import Cluster, QuestionGaps

# Text that a spreadsheet would run as a formula, also after spaces or in full-width characters.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r\n]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")

_COLUMNS = ("cluster", "question", "times", "unanswered", "down", "latest", "reasons", "remarks")


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its media type and its extension."""

    media_type: str
    suffix: str


FORMATS: Mapping[str, Format] = {
    "csv": Format("text/csv", ".csv"),
    "json": Format("application/json", ".json"),
}


def exported(clusters: Sequence[Cluster], format_name: str) -> str:
    """Returns clusters as the text of a file in one of FORMATS."""
    return _csv(clusters) if format_name == "csv" else _json(clusters)


def cluster_json(cluster: Cluster) -> dict[str, Any]:
    """Returns a cluster as JSON values."""
    return {
        "count": cluster.count,
        "latest": cluster.latest,
        "kinds": dict(cluster.kinds),
        "reasons": dict(cluster.reasons),
        "questions": [
            {
                "question": asked.question,
                "count": len(asked.remarks),
                "latest": asked.latest,
                "kinds": _counts(asked),
                "remarks": [
                    {"reason": one.reason, "text": one.text, "path": one.path, "time": one.time}
                    for one in asked.remarks
                    if one.reason or one.text
                ],
            }
            for asked in cluster.questions
        ],
    }


def _json(clusters: Sequence[Cluster]) -> str:
    value = {"version": 1, "clusters": list(map(cluster_json, clusters))}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _csv(clusters: Sequence[Cluster]) -> str:
    file = io.StringIO()
    # The byte order mark tells spreadsheets that the file is UTF-8.
    file.write("\ufeff")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    for number, cluster in enumerate(clusters, start=1):
        for asked in cluster.questions:
            kinds = _counts(asked)
            reasons = dict.fromkeys(one.reason for one in asked.remarks if one.reason)
            texts = dict.fromkeys(one.text for one in asked.remarks if one.text)
            row = (
                str(number),
                asked.question,
                str(len(asked.remarks)),
                str(kinds.get("unanswered", 0)),
                str(kinds.get("down", 0)),
                asked.latest,
                "; ".join(reasons),
                " / ".join(texts),
            )
            writer.writerow(map(cell, row))
    return file.getvalue()


def cell(text: str) -> str:
    """Returns a text as a cell that no spreadsheet runs as a formula."""
    text = _CONTROLS.sub(" ", text)
    return f"'{text}" if _FORMULA.match(text) else text


def _counts(asked: QuestionGaps) -> dict[str, int]:
    kinds = [one.kind for one in asked.remarks]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
