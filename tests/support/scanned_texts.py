"""What the scans of tests say."""

from __future__ import annotations

FERRY = (
    "The ferry to Lisse leaves from the northern quay at half past six in the morning, and it "
    "returns before the evening tide. In the winter of 1911 the crossing was closed for nine weeks."
)
MILL = (
    "The mill on the Arden was built of oak and slate by the brothers Tamm, who had come from the "
    "coast. Its wheel turned forty years without any repair worth mentioning."
)
LAMP = "The lamp of the lighthouse burns rape oil, of which the keeper fetches a barrel each month."
