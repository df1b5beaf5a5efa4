"""The store in Milvus: README.md beside this says how to run it, what was tested, and how it grows.

Of an index NAME there are these collections:

NAME_000003_passages   one row a passage, by its row: what is cited, its vector, and its terms, from
                       which Milvus' BM25 functions make two sparse vectors
NAME_000003_sources    one row a source: its description and its text
NAME_000003_terms      in how many texts of passages each term stands
NAME_000003_facts      the manifest, written last, and the words of the corpus
NAME_embeddings_…      the records of all embedded texts, by their SHA-256, for every generation and
                       every machine; one collection for each encoder
NAME_claims            who writes, and who embeds what, until when

The alias NAME_live names the passages of the live generation; switching it adopts another one.
"""
