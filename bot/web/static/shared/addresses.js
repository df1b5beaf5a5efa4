// Parses the address of a passage: #src/ID/START-END/HIGHLIGHTS/WORDS, in code points.

const ADDRESS = /^#src\/([^/]+)\/(\d+)-(\d+)(?:\/(\d+-\d+(?:,\d+-\d+)*)?(?:\/(\d+-\d+))?)?$/;

/** True for an address that names a passage of a source. */
export const isSourceAddress = (hash) => ADDRESS.test(hash);

/** Return the source id, the passage, the highlights and the answering words; null for other
    addresses. */
export function passageOf(hash) {
  const parts = ADDRESS.exec(hash);
  if (!parts) return null;
  const [, id, start, end, marks, answer] = parts;
  return {
    id,
    passage: [Number(start), Number(end)],
    highlights: (marks ?? "").split(",").filter(Boolean).map(span),
    words: answer ? span(answer) : [0, 0],
  };
}

function span(text) {
  return text.split("-").map(Number);
}
