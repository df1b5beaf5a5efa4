"""Sentences of several sources compared: which say the same, and where they differ.

In: sentences with their sources. Out: groups that agree, and values that conflict.
Open `corroboration` for what agrees and `conflicts` for what differs.
"""
