"""The few words of a passage that answer: a date, a name, a figure, a list.

In: a question and the sentences of a passage. Out: spans, each with how likely it answers.
Open `answer_spans` first.
"""
