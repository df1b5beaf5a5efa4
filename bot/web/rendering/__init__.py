"""Answers, quotes and sources as HTML, in the language of the reader.

In: values of `types`. Out: HTML whose every text from a source is escaped.
Open `answers` first.
"""
