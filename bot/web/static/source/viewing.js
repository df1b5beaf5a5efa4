// Switches between the text of a source and, for a PDF, its printed pages.

import { find, findAll, requestFile } from "../shared/dom.js";
import { say } from "../shared/language.js";
import { countUpTo } from "../shared/offsets.js";
import { Pages } from "./pages.js";

const CHOICE = "pincite.source-view";

const pane = find("#source");
const row = find(".view-tools", pane);
const choice = find(".view-choice", row);
const choices = findAll("button", choice);
const tools = find(".page-tools", row);
const field = find("input", tools);
const total = find(".page-total", tools);
const download = find(".page-file", row);
const note = find(".page-note", pane);
const text = find(".source-body", pane);
const frame = find(".source-pages", pane);

/** The choice between text and pages; fires "change" when the reader switches. */
export class Viewing extends EventTarget {
  #sheet;
  #pages = new Pages(frame);
  #id = null;
  #loading = null;
  #isTyping = false;
  #spots = { passage: [0, 0], highlights: [], words: [0, 0] };

  constructor(sheet) {
    super();
    this.#sheet = sheet;
    for (const button of choices) {
      button.addEventListener("click", () => this.#choose(button.dataset.view));
    }
    for (const button of findAll(".page-step", tools)) {
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
    for (const button of findAll(".page-zoom", tools)) {
      button.addEventListener("click", () => this.#zoom(Number(button.dataset.step)));
    }
    field.addEventListener("input", () => (this.#isTyping = true));
    field.addEventListener("change", () => this.#goToTyped());
    this.#pages.addEventListener("move", () => this.#tell());
    this.#pages.addEventListener("mark", () => this.#tellOfMarks());
  }

  /** True while pages are shown. */
  get arePages() {
    return !frame.hidden;
  }

  /** Offer the choice for an opened source, in the form that the server sends. */
  offer({ id, format, unread }) {
    this.clear();
    this.#id = id;
    const isPdf = format === "pdf";
    row.hidden = !isPdf;
    choice.hidden = Boolean(unread);
    download.href = `pincite/${fileOf(id)}`;
    // A scan has only pages.
    this.#turn(Boolean(unread) || (isPdf && localStorage.getItem(CHOICE) === "pages"));
  }

  /** Forget the source. */
  clear() {
    this.#id = null;
    this.#loading = null;
    this.#pages.clear();
    row.hidden = true;
    this.#turn(false);
  }

  /** Mark a passage, given in code points, and its highlights. */
  mark(passage, highlights, words) {
    const { at } = this.#sheet.source;
    const span = ([start, end]) => [at(start), at(end)];
    this.#spots = { passage: span(passage), highlights: highlights.map(span), words: span(words) };
    if (this.arePages) this.#show();
  }

  /** Show the text this time only. */
  showText() {
    if (this.arePages) this.#turn(false);
  }

  /** Switch between text and pages, if both exist. */
  toggle() {
    if (!row.hidden && !choice.hidden) this.#choose(this.arePages ? "text" : "pages");
  }

  /** Go to the next page, or with -1 to the previous one. */
  step(by) {
    this.#pages.goTo(this.#pages.current + by);
  }

  /** Return the action of a key while pages are shown, or null. */
  actionOf(key) {
    if (!this.arePages) return null;
    const isWide = frame.scrollWidth > frame.clientWidth;
    const across = { ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1) };
    const plain = { "+": () => this.#zoom(1), "-": () => this.#zoom(-1) };
    return plain[key] ?? (isWide ? null : across[key]) ?? null;
  }

  /** The element that takes the focus when pages are shown. */
  get frame() {
    return frame;
  }

  #choose(view) {
    if ((view === "pages") === this.arePages) return;
    localStorage.setItem(CHOICE, view);
    this.#turn(view === "pages");
    if (this.arePages) this.#show();
    else this.#sheet.bringPassageIntoView();
    this.dispatchEvent(new Event("change"));
  }

  #turn(toPages) {
    frame.hidden = !toPages;
    tools.hidden = !toPages || !this.#pages.count;
    text.hidden = toPages;
    note.textContent = "";
    pane.classList.toggle("as-pages", toPages);
    for (const button of choices) {
      const isOn = (button.dataset.view === "pages") === toPages;
      button.setAttribute("aria-pressed", String(isOn));
    }
  }

  async #show() {
    const id = this.#id;
    try {
      this.#loading ??= this.#load(id);
      await this.#loading;
    } catch (error) {
      if (id !== this.#id) return;
      this.#loading = null;
      note.textContent = error.message;
      return;
    }
    if (id !== this.#id || !this.arePages) return;
    note.textContent = "";
    this.#markPages();
  }

  async #load(id) {
    note.textContent = say("Loading the pages…");
    tools.hidden = true;
    const file = await requestFile(fileOf(id));
    const data = new Uint8Array(await file.arrayBuffer());
    if (id !== this.#id) return;
    const { text: whole, marks } = this.#sheet.source;
    const texts = marks.map((mark, index) => whole.slice(mark.at, marks[index + 1]?.at));
    try {
      await this.#pages.show(data, texts);
    } catch {
      throw new Error(say("This PDF cannot be drawn."));
    }
    if (id !== this.#id) return;
    tools.hidden = !this.arePages;
    total.textContent = `/ ${this.#pages.count}`;
  }

  // Give each page its part of the marks, with offsets relative to the page's text.
  #markPages() {
    const starts = this.#sheet.source.marks.map((mark) => mark.at);
    const pageOf = (offset) => Math.max(1, countUpTo(starts, offset));
    const { passage, highlights, words } = this.#spots;
    const spots = new Map();
    const isPassage = passage[0] < passage[1];
    const last = isPassage ? pageOf(passage[1] - 1) : 0;
    for (let number = pageOf(passage[0]); number <= last; number += 1) {
      const [from, to] = [starts[number - 1] ?? 0, starts[number] ?? Infinity];
      const share = ([start, end]) => [Math.max(start, from) - from, Math.min(end, to) - from];
      spots.set(number, {
        passage: share(passage),
        highlights: highlights.map(share),
        words: share(words),
      });
    }
    this.#pages.mark(spots);
    const [start] = highlights[0] ?? passage;
    this.#pages.goTo(isPassage ? pageOf(start) : 1, isPassage);
  }

  #zoom(by) {
    this.#pages.zoom(by);
    for (const button of findAll(".page-zoom", tools)) {
      allow(button, this.#pages.canZoom(Number(button.dataset.step)));
    }
  }

  #goToTyped() {
    const number = Number.parseInt(field.value, 10);
    this.#isTyping = false;
    if (Number.isFinite(number)) this.#pages.goTo(number);
    this.#tell();
  }

  #tell() {
    const { current, count } = this.#pages;
    if (!this.#isTyping) field.value = current;
    for (const button of findAll(".page-step", tools)) {
      const next = current + Number(button.dataset.step);
      allow(button, next >= 1 && next <= count);
    }
  }

  #tellOfMarks() {
    const isMissing = this.#pages.isMarked === false;
    note.textContent = isMissing ? say("The passage could not be marked on this page.") : "";
  }
}

// A disabled button loses the focus; the pages take it, so that the keys still work.
function allow(button, isAllowed) {
  if (!isAllowed && document.activeElement === button) frame.focus({ preventScroll: true });
  button.disabled = !isAllowed;
}

const fileOf = (id) => `sources/${encodeURIComponent(id)}/file`;
