// One page of a PDF: drawn while near the screen, with marks over its words.

import { find, findAll, make } from "../shared/dom.js";
import { say } from "../shared/language.js";
import { countUpTo } from "../shared/offsets.js";
import { lettersOf, matchesOn, stretchesOf } from "./placing.js";

/** A page, with its text in the source; `ratio` is height divided by width. */
export class Page {
  #pdf;
  #text;
  #drawing = null;
  #page = null;
  #nodes = [];
  #spots = null;
  #isWanted = false;

  constructor(pdf, number, text, ratio) {
    this.#pdf = pdf;
    this.#text = text;
    this.number = number;
    this.element = make("div", { className: "pdf-page" });
    this.element.dataset.number = number;
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", say("Page {number}", { number: String(number) }));
    this.#shape(ratio);
  }

  /** True if the wanted marks are drawn; null before drawing, or if nothing is to be marked. */
  isMarked = null;

  /** True if the page cannot be drawn. */
  isBroken = false;

  /** True while the picture of the page is shown. */
  get isDrawn() {
    return this.element.classList.contains("drawn");
  }

  /** Read the size of the page before it is drawn. */
  async measure() {
    this.#page ??= await this.#pdf.page(this.number);
    this.#shape(this.#page.height / this.#page.width);
  }

  /** Draw the page at its current width, unless it is dropped meanwhile. */
  async draw() {
    this.#isWanted = true;
    try {
      await this.#draw();
    } catch {
      if (!this.#isWanted) return;
      this.isBroken = true;
      const fault = say("This page cannot be drawn.");
      this.element.replaceChildren(make("p", { className: "source-fault" }, fault));
    }
  }

  async #draw() {
    await this.measure();
    const width = this.element.clientWidth;
    if (!this.#isWanted || !width) return;
    this.#drawing?.cancel();
    const drawing = this.#page.draw(width);
    this.#drawing = drawing;
    this.fit();
    await drawing.done;
    if (this.#drawing !== drawing) return;
    drawing.canvas.setAttribute("aria-hidden", "true");
    const before = find("canvas", this.element);
    if (before) {
      before.replaceWith(drawing.canvas);
      return;
    }
    const layer = make("div", { className: "pdf-text" });
    layer.dir = "ltr";
    this.element.replaceChildren(drawing.canvas, layer);
    const nodes = await this.#page.write(layer);
    if (this.#drawing !== drawing) return;
    this.#nodes = nodes;
    this.element.classList.add("drawn");
    this.#drawMarks();
  }

  /** Remove the picture, to free memory when the page is far from the screen. */
  drop() {
    this.#isWanted = false;
    this.#drawing?.cancel();
    this.#drawing = null;
    this.#nodes = [];
    this.isMarked = null;
    this.element.classList.remove("drawn");
    this.element.replaceChildren();
    this.#page?.forget();
  }

  /** Scale the text layer to the picture, which is as wide as the page. */
  fit() {
    if (!this.#page) return;
    const scale = this.element.clientWidth / this.#page.width;
    this.element.style.setProperty("--total-scale-factor", scale);
  }

  /** Mark stretches of the text: {passage, highlights, words}, each [start, end]; null for none. */
  mark(spots) {
    this.#spots = spots;
    if (this.isDrawn) this.#drawMarks();
  }

  /** The first mark: of the highlights, or else of the passage. */
  get firstMark() {
    return find("i.lit", this.element) ?? find("i", this.element);
  }

  #shape(ratio) {
    this.element.style.aspectRatio = `1 / ${ratio}`;
  }

  #drawMarks() {
    for (const old of findAll("i", this.element)) old.remove();
    this.isMarked = null;
    if (!this.#spots) return;
    const { passage, highlights, words } = this.#spots;
    const lit = highlights.filter(isThere);
    const place = this.#placer();
    const marks = [];
    const mark = (span, kind, isKnown = false) => {
      const boxes = place(span, isKnown);
      marks.push(...boxes.map((box) => markAt(box, kind)));
      return boxes.length > 0;
    };
    const isTold = isThere(passage) && mark(passage, "told");
    const areLit = lit.map((span) => mark(span, "lit"));
    this.isMarked = lit.length ? areLit.every(Boolean) : isTold;
    // A few words can occur in many places, so look for them within the highlights only.
    if (isThere(words)) mark(words, "said", true);
    find("canvas", this.element).after(...marks);
  }

  // Returns a function that converts a stretch of the source's text to boxes, in fractions of the
  // page. A stretch within one found before is searched there; `isKnown` says that it cannot be
  // elsewhere.
  #placer() {
    const nodes = this.#nodes;
    const starts = [];
    let length = 0;
    for (const node of nodes) {
      starts.push(length);
      length += node.length;
    }
    const written = nodes.map((node) => node.data).join("");
    const [page, source] = [lettersOf(written), lettersOf(this.#text)];
    const frame = this.element.getBoundingClientRect();
    const known = [];
    const stretches = (start, end, isKnown) => {
      const within = () =>
        known.map((matches) => stretchesOf(page, source, matches, start, end))
          .find((found) => found.length) ?? [];
      const found = within();
      if (found.length || isKnown) return found;
      known.push(matchesOn(page, source, start, end));
      return within();
    };
    return ([start, end], isKnown) => {
      const boxes = [];
      for (const [from, to] of stretches(start, end, isKnown)) {
        for (let index = countUpTo(starts, from) - 1; starts[index] < to; index += 1) {
          const range = document.createRange();
          range.setStart(nodes[index], Math.max(0, from - starts[index]));
          range.setEnd(nodes[index], Math.min(nodes[index].length, to - starts[index]));
          boxes.push(...range.getClientRects());
        }
      }
      return joined(boxes).map((box) => shareOf(box, frame));
    };
  }
}

const isThere = ([start, end]) => start < end;

// Join the boxes of a line: between two words there may be a gap.
function joined(boxes) {
  const lines = [];
  for (const { left, right, top, bottom } of boxes) {
    const last = lines.at(-1);
    const height = bottom - top;
    const isOnLine = last && Math.abs(last.top - top) < height / 2 &&
      Math.abs(last.bottom - bottom) < height / 2;
    if (isOnLine && left - last.right < height && last.left - right < height) {
      last.left = Math.min(last.left, left);
      last.right = Math.max(last.right, right);
      last.top = Math.min(last.top, top);
      last.bottom = Math.max(last.bottom, bottom);
    } else if (right > left) {
      lines.push({ left, right, top, bottom });
    }
  }
  return lines;
}

function shareOf({ left, right, top, bottom }, frame) {
  return {
    left: (left - frame.left) / frame.width,
    top: (top - frame.top) / frame.height,
    width: (right - left) / frame.width,
    height: (bottom - top) / frame.height,
  };
}

function markAt(box, kind) {
  const mark = make("i", { className: kind });
  mark.setAttribute("aria-hidden", "true");
  for (const [side, share] of Object.entries(box)) mark.style[side] = `${100 * share}%`;
  return mark;
}
