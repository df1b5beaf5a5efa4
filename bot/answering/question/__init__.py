"""What a question asks for, told from its wording: its purpose, parts, kind and language.

In: the text of a question. Out: values that `answering` decides by.
Open `purposes` first, then `parts` for a question that asks for several things.
"""
