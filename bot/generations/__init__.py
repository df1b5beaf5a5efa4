"""The life of an index: what is live, older states, checks, copies and removals.

In: an index. Out: the live generation, a rollback, a check of every passage, an exported file.
Open `live` first; `keeping` lists, rolls back and erases generations.
"""
