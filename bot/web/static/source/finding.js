// Searches within the source: a field, the number of hits, and buttons to step through them.

import { find } from "../shared/dom.js";
import { say } from "../shared/language.js";
import { countUpTo } from "../shared/offsets.js";
import { Searchable } from "../shared/search.js";

const bar = find("#source .find-bar");
const field = find("input", bar);
const result = find(".find-result", bar);
const toggle = find("#source .find-toggle");
const canPaint = "highlights" in CSS;

/** Searches for words in the source on a sheet. Fires "open" before the field opens, and "change"
    when the hits change. */
export class Finding extends EventTarget {
  #sheet;
  #searchable = null;
  #hits = { starts: [], ends: [], isCut: false };
  #current = -1;
  #anchor = 0;

  constructor(sheet) {
    super();
    this.#sheet = sheet;
    field.addEventListener("input", () => this.#search());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.#step(event.shiftKey ? -1 : 1);
    });
    toggle.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    find(".find-next", bar).addEventListener("click", () => this.#step(1));
    find(".find-previous", bar).addEventListener("click", () => this.#step(-1));
    sheet.addEventListener("move", () => this.#paint());
  }

  /** True while the field is shown. */
  get isOpen() {
    return !bar.hidden;
  }

  /** Offsets of the hits, in text order. */
  get starts() {
    return this.#hits.starts;
  }

  /** Show the field and focus it. */
  open() {
    if (!this.#sheet.source?.text) return;
    this.dispatchEvent(new Event("open"));
    if (!this.isOpen) {
      bar.hidden = false;
      toggle.setAttribute("aria-expanded", "true");
      [this.#anchor] = this.#sheet.passage;
      this.#search();
    }
    field.focus();
    field.select();
  }

  /** Hide the field and select the current hit. */
  close() {
    if (!this.isOpen) return;
    const found = this.#rangeOf(this.#current);
    this.reset();
    find(".source-body").focus({ preventScroll: true });
    if (found) select(found);
  }

  /** Hide the field and discard the searched text. */
  reset() {
    bar.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
    this.#searchable = null;
    this.#show({ starts: [], ends: [], isCut: false });
  }

  #search() {
    this.#searchable ??= new Searchable(this.#sheet.source.text);
    this.#show(this.#searchable.hits(field.value));
    const next = this.#hits.starts.findIndex((start) => start >= this.#anchor);
    if (this.#hits.starts.length) this.#goTo(Math.max(0, next));
  }

  #show(hits) {
    this.#hits = hits;
    this.#current = -1;
    this.#tell();
    this.#paint();
    this.dispatchEvent(new Event("change"));
  }

  #step(by) {
    const { length } = this.#hits.starts;
    if (!length) return;
    this.#goTo((this.#current + by + length) % length);
    this.#anchor = this.#hits.starts[this.#current];
  }

  #goTo(index) {
    this.#current = index;
    this.#sheet.bringIntoView(this.#hits.starts[index], this.#hits.ends[index]);
    this.#tell();
    this.#paint();
  }

  #tell() {
    const { starts, isCut } = this.#hits;
    const values = { number: this.#current + 1, total: starts.length };
    let words = say("Not found");
    if (starts.length) {
      words = isCut ? say("{number} of more than {total}", values) : say("{number} of {total}", values);
    }
    result.textContent = field.value.trim() && this.isOpen ? words : "";
    bar.classList.toggle("nothing", Boolean(result.textContent) && !starts.length);
  }

  // Highlight only near the screen: a frequent word would need too many ranges.
  #paint() {
    const current = this.#rangeOf(this.#current);
    if (!canPaint) {
      if (current) select(current);
      return;
    }
    CSS.highlights.delete("found");
    CSS.highlights.delete("found-current");
    const { starts, ends } = this.#hits;
    if (!starts.length) return;
    const near = new Highlight();
    for (const part of this.#sheet.nearby) {
      let index = countUpTo(starts, part.start - 1);
      for (; index < starts.length && starts[index] < part.end; index += 1) {
        if (index !== this.#current) near.add(this.#sheet.rangeOf(starts[index], ends[index]));
      }
    }
    CSS.highlights.set("found", near);
    if (current) CSS.highlights.set("found-current", new Highlight(current));
  }

  #rangeOf(index) {
    const { starts, ends } = this.#hits;
    return index < 0 ? null : this.#sheet.rangeOf(starts[index], ends[index]);
  }
}

function select(range) {
  document.getSelection().removeAllRanges();
  document.getSelection().addRange(range);
}
