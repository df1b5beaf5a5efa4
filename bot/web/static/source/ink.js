// Writes slices of a source as text nodes, together with the cited passage and page borders.

import { make } from "../shared/dom.js";

/** Writes one part of a source. All that it writes, in order, is exactly the text of the part. */
export class Ink {
  #text;
  #marks;
  #next = 0;
  #spots;

  /** `spots` has the cited passage, its highlights and the answering words. */
  constructor(text, marks, { passage, highlights, words }) {
    const [start, end] = passage;
    const within = ([from, to]) => [Math.max(from, start), Math.min(to, end)];
    this.#text = text;
    this.#marks = marks;
    this.#spots = {
      passage,
      highlights: joined(text, highlights.map(within)),
      words: within(words),
    };
  }

  /** True if part of the passage lies between the offsets. */
  holdsPassage(start, end) {
    const [from, to] = this.#spots.passage;
    return from < end && start < to;
  }

  /** Return the text between two offsets. */
  slice(start, end) {
    return this.#text.slice(start, end);
  }

  /** Append the page borders up to an offset. */
  divide(parent, upTo) {
    while (this.#marks[this.#next]?.at <= upTo) {
      const { name } = this.#marks[this.#next];
      const border = make("span", { className: "page-mark" });
      border.setAttribute("role", "separator");
      border.setAttribute("aria-label", name);
      border.dataset.mark = name;
      parent.append(border);
      this.#next += 1;
    }
  }

  /** Append the text between two offsets. */
  write(parent, start, end) {
    let from = start;
    while (this.#marks[this.#next]?.at < end) {
      const at = Math.max(this.#marks[this.#next].at, from);
      this.#append(parent, from, at);
      this.divide(parent, at);
      from = at;
    }
    this.#append(parent, from, end);
  }

  /** Append the text between two offsets invisibly: the layout already conveys it. */
  hush(parent, start, end, className = "quiet") {
    if (start >= end) return;
    const quiet = make("span", { className });
    this.write(quiet, start, end);
    parent.append(quiet);
  }

  #append(parent, start, end) {
    if (start >= end) return;
    if (!this.holdsPassage(start, end)) {
      parent.append(this.#text.slice(start, end));
      return;
    }
    const { passage, highlights, words } = this.#spots;
    const lit = highlights.some(([first, last]) => first <= words[0] && words[1] <= last)
      ? highlights
      : [...highlights, words];
    for (const [from, to] of stretches(start, end, [passage, ...lit].flat())) {
      const isIn = holding(from);
      if (!lit.some(isIn)) {
        const slice = this.#text.slice(from, to);
        parent.append(isIn(passage) ? marked("span", slice) : slice);
        continue;
      }
      // One element for all of the text: between two elements there may be a gap.
      const mark = marked("mark");
      for (const [first, last] of stretches(from, to, words)) {
        const slice = this.#text.slice(first, last);
        mark.append(holding(first)(words) ? make("strong", { textContent: slice }) : slice);
      }
      parent.append(mark);
    }
  }
}

// Return the stretches between two offsets, divided at `cuts`.
function stretches(start, end, cuts) {
  const inside = cuts.filter((cut) => cut > start && cut < end);
  const edges = [...new Set([start, ...inside, end])].sort((one, two) => one - two);
  return edges.slice(1).map((edge, index) => [edges[index], edge]);
}

const holding = (offset) => ([first, last]) => first <= offset && offset < last;

// Join highlights that only whitespace separates.
function joined(text, highlights) {
  const found = [];
  for (const [start, end] of highlights.toSorted((one, two) => one[0] - two[0])) {
    const last = found.at(-1);
    if (last && !text.slice(last[1], start).trim()) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
}

function marked(tag, ...content) {
  return make(tag, { className: "passage", tabIndex: -1 }, ...content);
}
