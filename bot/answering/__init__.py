"""From ranked passages to an answer: quotes, highlights, confidence and what differs.

In: a prepared question and its passages. Out: an `Answer`, each quote checked against its source.
Open `compose` first: it calls the other modules in the order in which an answer is made.
"""
