// The pages of a PDF, one below the other. Only pages near the screen are drawn.

import { find } from "../shared/dom.js";
import { Page } from "./page.js";
import { openPdf } from "./pdf.js";

const ZOOMS = [1, 1.5, 2, 3];
const RESIZED_MILLISECONDS = 150;

/** Shows one PDF after another within `frame`, which scrolls.

    Fires "move" when the current page changes, and "mark" when marks were drawn. */
export class Pages extends EventTarget {
  #frame;
  #list;
  #pdf = null;
  #opening = null;
  #pages = [];
  #near = new Set();
  #pageOf = new WeakMap();
  #watcher;
  #zoom = 0;
  #width = 0;
  #resized = 0;
  #anchor = null;
  #sought = null;
  #isDrawing = false;

  constructor(frame) {
    super();
    this.#frame = frame;
    this.#list = find(".page-list", frame);
    const options = { root: frame, rootMargin: "75% 0px" };
    this.#watcher = new IntersectionObserver((entries) => this.#notice(entries), options);
    new ResizeObserver(() => this.#refit()).observe(this.#list);
    frame.addEventListener("scroll", () => this.#look());
    // Manual scrolling cancels the automatic one.
    for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      frame.addEventListener(event, () => (this.#sought = null), { passive: true });
    }
  }

  /** The number of pages. */
  get count() {
    return this.#pages.length;
  }

  /** The number of the current page. */
  get current() {
    return this.#anchor?.page.number ?? 1;
  }

  /** True if the wanted marks are drawn on the pages near the screen; null while unknown. */
  get isMarked() {
    const known = [...this.#near].map((page) => page.isMarked).filter((found) => found !== null);
    return known.length ? known.every(Boolean) : null;
  }

  /** True if pages can be zoomed in, or with -1 out. */
  canZoom(by) {
    return this.#zoom + by in ZOOMS;
  }

  /** Show a PDF; `texts` has the source's text of each page. Throws if the PDF cannot be opened. */
  async show(data, texts) {
    this.clear();
    const opening = openPdf(data);
    this.#opening = opening;
    const pdf = await opening;
    if (this.#opening !== opening) {
      pdf.close();
      return;
    }
    this.#pdf = pdf;
    const first = await pdf.page(1);
    if (this.#pdf !== pdf) return;
    const ratio = first.height / first.width;
    for (let number = 1; number <= pdf.count; number += 1) {
      const page = new Page(pdf, number, texts[number - 1] ?? "", ratio);
      this.#pages.push(page);
      this.#pageOf.set(page.element, page);
    }
    this.#list.replaceChildren(...this.#pages.map((page) => page.element));
    for (const page of this.#pages) this.#watcher.observe(page.element);
  }

  /** Remove all pages. */
  clear() {
    this.#watcher.disconnect();
    this.#near.clear();
    for (const page of this.#pages) page.drop();
    this.#pages = [];
    this.#anchor = null;
    this.#sought = null;
    this.#opening = null;
    this.#pdf?.close();
    this.#pdf = null;
    this.#list.replaceChildren();
  }

  /** Mark stretches of the text of pages: by page number, {passage, highlights, words}. */
  mark(spots) {
    for (const page of this.#pages) page.mark(spots.get(page.number) ?? null);
    this.dispatchEvent(new Event("mark"));
  }

  /** Scroll to a page, and to its first mark if it `isMarked`. */
  async goTo(number, isMarked = false) {
    const page = this.#pages[Math.min(Math.max(number, 1), this.count) - 1];
    if (!page) return;
    const sought = { page, isMarked };
    this.#sought = sought;
    this.#bring();
    // An unmeasured page is assumed to have the size of the first. Drawing reports any error.
    await page.measure().catch(() => {});
    if (this.#sought === sought) this.#bring();
    this.#draw();
  }

  /** Zoom in, or with -1 out. */
  zoom(by) {
    if (!this.canZoom(by)) return;
    this.#zoom += by;
    this.#list.style.setProperty("--zoom", ZOOMS[this.#zoom]);
  }

  #notice(entries) {
    for (const { target, isIntersecting } of entries) {
      const page = this.#pageOf.get(target);
      if (isIntersecting) this.#near.add(page);
      else if (this.#near.delete(page)) page.drop();
    }
    this.#draw();
  }

  // Draw pages one after another, since each takes all of the browser's capacity.
  async #draw() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    for (let page = this.#next(); page; page = this.#next()) {
      await page.draw();
      if (page.isDrawn && this.#sought?.page === page) {
        this.#bring();
        this.#sought = null;
      }
      this.dispatchEvent(new Event("mark"));
    }
    this.#isDrawing = false;
  }

  #next() {
    const waiting = [...this.#near].filter((page) => !page.isDrawn && !page.isBroken);
    const { number } = this.#sought?.page ?? this.#anchor?.page ?? { number: 1 };
    const away = (page) => Math.abs(page.number - number);
    return waiting.sort((one, two) => away(one) - away(two))[0];
  }

  #bring() {
    const { page, isMarked } = this.#sought;
    const mark = isMarked && page.firstMark;
    const { clientHeight, clientWidth } = this.#frame;
    const { offsetTop, offsetLeft } = page.element;
    if (mark) {
      this.#frame.scrollTop = offsetTop + mark.offsetTop - clientHeight / 5;
      const left = offsetLeft + mark.offsetLeft;
      const isBeyond = left + mark.offsetWidth > clientWidth;
      if (isBeyond) this.#frame.scrollLeft = left - clientWidth / 5;
    } else {
      this.#frame.scrollTop = offsetTop - this.#pages[0].element.offsetTop;
    }
    this.#look();
  }

  // Find the page at the upper third of the frame, and how far above the frame it begins, as a
  // fraction of its height.
  #look() {
    const { scrollTop, clientHeight } = this.#frame;
    if (!this.#pages.length || !clientHeight) return;
    const line = scrollTop + clientHeight / 3;
    let [low, high] = [0, this.#pages.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pages[middle].element.offsetTop <= line) low = middle;
      else high = middle - 1;
    }
    const page = this.#pages[low];
    const { offsetTop, offsetHeight } = page.element;
    this.#anchor = { page, share: (scrollTop - offsetTop) / offsetHeight };
    this.dispatchEvent(new Event("move"));
  }

  // After a change of size, keep the current place in view.
  #refit() {
    const width = this.#list.clientWidth;
    if (!width) return;
    if (this.#anchor) {
      const { page, share } = this.#anchor;
      this.#frame.scrollTop = page.element.offsetTop + share * page.element.offsetHeight;
    }
    if (width === this.#width) return;
    this.#width = width;
    for (const page of this.#near) page.fit();
    clearTimeout(this.#resized);
    this.#resized = setTimeout(() => this.#redraw(), RESIZED_MILLISECONDS);
  }

  async #redraw() {
    for (const page of [...this.#near].filter((each) => each.isDrawn)) await page.draw();
  }
}
