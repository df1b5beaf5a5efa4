"""From a question to ranked passages.

In: a question, a generation and an encoder. Out: passages in order, with the evidence for each.
Open `search` first, then `ranking`, which holds the one linear model that orders passages.
"""
