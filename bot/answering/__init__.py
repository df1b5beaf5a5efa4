"""Turns search hits into an answer: evidence, highlights, corroboration, conflicts, confidence."""
