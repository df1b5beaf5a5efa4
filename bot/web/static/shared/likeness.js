// Which sentence of a passage says most of what another sentence says, and where words stand in it.

import { folded } from "./search.js";

const LEAST_SHARE = 0.3;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Start and end of the sentence of a text that is likest to another one; null if none is like it. */
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

/** Start and end of words within a span of a text, whatever the blanks in them; null where not. */
export function placeOf(words, text, [start, end]) {
  const parts = words.split(/\s+/).filter(Boolean);
  if (!parts.length) return null;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const match = new RegExp(escaped.join("\\s+"), "iu").exec(text.slice(start, end));
  return match && [start + match.index, start + match.index + match[0].length];
}

const wordsOf = (text) => new Set(folded(text).match(WORD));
