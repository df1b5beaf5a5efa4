"""The store in a folder of this machine: immutable segments, and generations that list them.

In: sources, passages and vectors. Out: a `GenerationReader` that searches them.
Open `layout` for the paths, then `generation` for reading and `writer` for writing.
"""
