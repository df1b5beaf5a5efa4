"""The page's own addresses under /pincite, one module for each thing that it asks for.

In: requests of the page. Out: JSON values and files.
Open `collection` first.
"""
