"""Answers and notebooks as files for other programs: JSON, documents and bibliographies.

In: values of `types`. Out: text or bytes in a format that the reader chooses.
Open `formats` first; `answer_json` is the JSON contract.
"""
