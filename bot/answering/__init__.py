"""From hits to an answer: evidence, highlights, corroboration, conflicts, confidence."""
