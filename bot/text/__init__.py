"""Text alone: its sentences, words, passages, spellings and acronyms.

In: a string. Out: spans, terms and rewritten words; nothing is stored and nothing is searched.
Open `terms` first: the index, the question and the highlights share its analysis of words.
"""
