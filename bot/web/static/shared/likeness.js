// Finds the sentence of a passage most similar to a given sentence, and the position of words in
// it.

import { folded } from "./search.js";

const LEAST_SHARE = 0.3;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Return start and end of the most similar sentence of a text; null if none is similar. */
export function likestSentence(text, other) {
  const sought = wordsOf(other);
  let best = null;
  let most = LEAST_SHARE;
  for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text)) {
    const words = wordsOf(segment);
    const common = [...words].filter((word) => sought.has(word)).length;
    const share = common / (words.size + sought.size - common);
    if (share <= most) continue;
    most = share;
    best = [index, index + segment.trimEnd().length];
  }
  return best;
}

/** Return start and end of words within a span of a text, ignoring whitespace; null if absent. */
export function placeOf(words, text, [start, end]) {
  const parts = words.split(/\s+/).filter(Boolean);
  if (!parts.length) return null;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const match = new RegExp(escaped.join("\\s+"), "iu").exec(text.slice(start, end));
  return match && [start + match.index, start + match.index + match[0].length];
}

const wordsOf = (text) => new Set(folded(text).match(WORD));
