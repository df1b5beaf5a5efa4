"""Tables of every format as rows that carry their header: "Year: 2025 | Quarter: Q1".

In: rows of cells with their spans. Out: table blocks, one line per row. Open `assembly` first.
"""
