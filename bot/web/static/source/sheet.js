// Shows the text of a source. All parts are in the page at once; each is laid out when it comes
// near the screen, and the others while the browser is idle.

import { find, findAll, make } from "../shared/dom.js";
import { countUpTo } from "../shared/offsets.js";
import { layOut } from "./layout.js";
import { partIndexAt, partsOf, sourceOf } from "./parts.js";

const NOTHING = [0, 0];
const NEAR_PIXELS = 600;
const IDLE_MILLISECONDS = 8;

const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 30));

/** Shows one source after another within `frame`, which scrolls. */
export class Sheet extends EventTarget {
  #frame;
  #sheet;
  #parts = [];
  #near = new Set();
  #partOf = new WeakMap();
  #spots = { passage: NOTHING, highlights: [], words: NOTHING };
  #watcher;

  constructor(frame) {
    super();
    this.#frame = frame;
    this.#sheet = find(".source-text", frame);
    const options = { root: frame, rootMargin: `${NEAR_PIXELS}px` };
    this.#watcher = new IntersectionObserver((entries) => this.#notice(entries), options);
    new ResizeObserver(() => this.dispatchEvent(new Event("resize"))).observe(this.#sheet);
    document.addEventListener("copy", (event) => this.#copy(event));
  }

  /** The source that is shown; null if there is none. */
  source = null;

  /** The passage requested last, in UTF-16 units. */
  get passage() {
    return this.#spots.passage;
  }

  /** Show a source in the form that the server sends. */
  show(described) {
    this.clear();
    this.source = sourceOf(described);
    this.#parts = partsOf(this.source);
    this.#spots = { passage: NOTHING, highlights: [], words: NOTHING };
    for (const [index, part] of this.#parts.entries()) {
      const { text } = this.source;
      part.element = make("div", { className: "part" }, text.slice(part.start, part.end));
      part.element.style.containIntrinsicBlockSize = `auto ${part.height}px`;
      part.index = index;
      part.opened = new Set();
      this.#partOf.set(part.element, part);
    }
    this.#sheet.replaceChildren(...this.#parts.map((part) => part.element));
    for (const part of this.#parts) this.#watcher.observe(part.element);
    this.#finish(this.source);
  }

  /** Show `content` instead of a source. */
  clear(...content) {
    this.#watcher.disconnect();
    this.#near.clear();
    this.#parts = [];
    this.source = null;
    delete this.#sheet.dataset.complete;
    this.#sheet.replaceChildren(...content);
  }

  /** Mark a passage, given in code points, and its highlights. */
  mark(passage, highlights, words) {
    const { at } = this.source;
    const span = ([start, end]) => [at(start), at(end)];
    const before = this.#spots.passage;
    this.#spots = { passage: span(passage), highlights: highlights.map(span), words: span(words) };
    for (const part of this.#parts) {
      const holds = ([start, end]) => start < part.end && part.start < end;
      if (part.isLaidOut && (holds(before) || holds(this.#spots.passage))) this.#layOut(part);
    }
    this.#ready(this.#spots.passage[0]);
  }

  /** Scroll to the marked passage, or to the beginning; returns the element that may take the
      focus. */
  bringPassageIntoView() {
    const marked = findAll(".passage", this.#sheet);
    const isSeen = (node) => node.getClientRects().length > 0;
    if (marked.length && !marked.some(isSeen)) show(marked[0]);
    const first = marked.find(isSeen);
    if (first) this.#scrollTo(first.getBoundingClientRect());
    else this.#frame.scrollTop = 0;
    return first ?? null;
  }

  /** Scroll to a stretch of the text unless it is in view. */
  bringIntoView(start, end) {
    this.#ready(start);
    const range = this.rangeOf(start, end);
    show(range.startContainer.parentElement);
    const box = range.getBoundingClientRect();
    const frame = this.#frame.getBoundingClientRect();
    if (box.top < frame.top || box.bottom > frame.bottom) this.#scrollTo(box);
  }

  /** Return the range between two offsets. */
  rangeOf(start, end) {
    const range = document.createRange();
    range.setStart(...this.#placeOf(start, false));
    range.setEnd(...this.#placeOf(end, true));
    return range;
  }

  /** The stretches of the text on or near the screen. */
  get nearby() {
    return [...this.#near].sort((one, two) => one.index - two.index);
  }

  /** Return a function that gives the vertical position of an offset in the current layout, from 0
      to 1. */
  ruler(isExact = true) {
    const { scrollHeight, scrollTop } = this.#frame;
    const top = this.#frame.getBoundingClientRect().top - scrollTop;
    const extents = new Map();
    const extentOf = (part) => {
      const { offsetTop, offsetHeight } = part.element;
      extents.set(part, [offsetTop, offsetHeight / Math.max(1, part.end - part.start)]);
      return extents.get(part);
    };
    return (offset) => {
      const part = this.#parts[partIndexAt(this.#parts, offset)];
      if (isExact && this.#near.has(part) && part.isLaidOut) {
        const range = this.rangeOf(offset, Math.min(offset + 1, part.end));
        return (boxOf(range).top - top) / scrollHeight;
      }
      const [start, share] = extents.get(part) ?? extentOf(part);
      return (start + (offset - part.start) * share) / scrollHeight;
    };
  }

  #notice(entries) {
    for (const { target, isIntersecting } of entries) {
      const part = this.#partOf.get(target);
      if (isIntersecting) this.#near.add(part);
      else this.#near.delete(part);
      if (isIntersecting && !part.isLaidOut) this.#layOut(part);
    }
    this.dispatchEvent(new Event("move"));
  }

  // Lay out and measure a part together with its neighbours, so that nothing moves once it is
  // visible.
  #ready(offset) {
    const index = partIndexAt(this.#parts, offset);
    for (const part of this.#parts) part.element.classList.remove("sought");
    for (const part of this.#parts.slice(Math.max(0, index - 1), index + 2)) {
      if (!part.isLaidOut) this.#layOut(part);
      part.element.classList.add("sought");
    }
  }

  #layOut(part) {
    for (const { open, dataset } of findAll("details", part.element)) {
      if (open) part.opened.add(Number(dataset.start));
      else part.opened.delete(Number(dataset.start));
    }
    const content = layOut(part, this.source.text, this.#spots, part.opened);
    part.element.replaceChildren(content);
    part.isLaidOut = true;
    part.nodes = null;
    if (this.#near.has(part)) this.dispatchEvent(new Event("move"));
  }

  #finish(source) {
    let next = 0;
    const work = (deadline) => {
      if (source !== this.source) return;
      const began = performance.now();
      const isOver = () =>
        deadline ? deadline.timeRemaining() < 2 : performance.now() - began > IDLE_MILLISECONDS;
      do {
        while (this.#parts[next]?.isLaidOut) next += 1;
        if (next >= this.#parts.length) {
          this.#sheet.dataset.complete = "";
          return;
        }
        this.#layOut(this.#parts[next]);
      } while (!isOver());
      whenIdle(work);
    };
    whenIdle(work);
  }

  #scrollTo(box) {
    const { top } = this.#frame.getBoundingClientRect();
    this.#frame.scrollTop += box.top - top - this.#frame.clientHeight / 5;
  }

  #placeOf(offset, isEnd) {
    const index = partIndexAt(this.#parts, isEnd ? Math.max(0, offset - 1) : offset);
    const part = this.#parts[index];
    part.nodes ??= textNodesOf(part.element);
    const { nodes, starts } = part.nodes;
    const inside = offset - part.start;
    const place = Math.max(0, countUpTo(starts, isEnd ? inside - 1 : inside) - 1);
    return nodes.length ? [nodes[place], inside - starts[place]] : [part.element, 0];
  }

  // Copy the source's own text, including what the layout hides.
  #copy(event) {
    const selection = document.getSelection();
    if (!selection.rangeCount || !this.source) return;
    const range = selection.getRangeAt(0);
    if (range.collapsed || !this.#sheet.contains(range.commonAncestorContainer)) return;
    event.clipboardData.setData("text/plain", range.toString());
    event.preventDefault();
  }
}

function textNodesOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  const starts = [];
  let length = 0;
  while (walker.nextNode()) {
    nodes.push(walker.currentNode);
    starts.push(length);
    length += walker.currentNode.length;
  }
  return { nodes, starts };
}

// Open the fold around an element, and reveal text that the layout hides.
function show(element) {
  element.closest("details")?.setAttribute("open", "");
  element.closest(".quiet")?.classList.add("shown");
}

// Text in a closed fold, or hidden text, has the box of the element around it.
function boxOf(range) {
  if (range.getClientRects().length) return range.getBoundingClientRect();
  let element = range.startContainer.parentElement;
  while (element && !element.getClientRects().length) element = element.parentElement;
  const details = range.startContainer.parentElement.closest("details:not([open])");
  return (details ?? element).getBoundingClientRect();
}
