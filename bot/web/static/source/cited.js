// Marks every place of the source that the conversation cites, beside the scroll bar, with buttons
// to step through them. Search hits in the source are marked there, too.

import { find, findAll, make } from "../shared/dom.js";
import { passageOf } from "../shared/addresses.js";
import { visitInstead } from "../chat/entries.js";
import { say } from "../shared/language.js";

const strip = find("#source .ticks");
const canvas = find("#source .found-marks");
const row = find("#source .cited-tools");
const line = find(".cited-line", row);
const steps = findAll(".cited-step", row);
const TICK_PIXELS = 3;
const MEASURED_HITS = 300;

/** Keeps the marks beside the scroll bar in position. */
export class Cited {
  #sheet;
  #finding;
  #id = null;
  #hash = null;
  #places = [];
  #isWaiting = false;
  #conversation = new MutationObserver(() => this.#collect());

  constructor(sheet, finding) {
    this.#sheet = sheet;
    this.#finding = finding;
    for (const button of steps) {
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
    for (const event of ["resize", "move"]) sheet.addEventListener(event, () => this.#draw());
    finding.addEventListener("change", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  /** Mark the places of a source; `hash` is the address of the place that is shown. */
  watch(id, hash) {
    this.#id = id;
    this.#hash = hash;
    this.#conversation.observe(find("gradio-app"), { childList: true, subtree: true });
    this.#places = [];
    this.#collect();
  }

  /** Remove all marks. */
  stop() {
    this.#conversation.disconnect();
    this.#places = [];
    this.#hash = null;
    this.#tell();
    this.#draw();
  }

  /** Go to the next place in text order, or with -1 to the previous one. */
  step(by) {
    const { length } = this.#places;
    if (!length) return;
    const current = this.#current;
    if (current >= 0) {
      visitInstead(this.#places[(current + by + length) % length].hash);
      return;
    }
    const [start] = passageOf(this.#hash).passage;
    const after = this.#places.findIndex((place) => place.start > start);
    const next = after < 0 ? length : after;
    visitInstead(this.#places[(by > 0 ? next : next - 1 + length) % length].hash);
  }

  get #current() {
    return placeOf(this.#places, this.#hash);
  }

  #collect() {
    const found = new Map();
    for (const link of findAll(`#conversation a.cite[href^="#src/${CSS.escape(this.#id)}/"]`)) {
      const hash = link.getAttribute("href");
      const [start, end] = passageOf(hash)?.passage ?? [0, 0];
      const key = `${start}-${end}`;
      if (end > start && !found.has(key)) found.set(key, { start, end, hash });
    }
    const places = [...found.values()].sort((one, two) => one.start - two.start || one.end - two.end);
    const isSame = places.length === this.#places.length &&
      places.every(({ hash }, index) => hash === this.#places[index].hash);
    this.#places = places;
    this.#tell();
    if (!isSame) this.#draw();
  }

  #tell() {
    const { length } = this.#places;
    const current = this.#current;
    let words = "";
    if (length) {
      words = current < 0 ? say("{count} cited places", { count: length }) : this.#named(current);
    }
    if (line.textContent !== words) line.textContent = words;
    row.hidden = length === 0;
    for (const button of steps) button.disabled = length === 1 && current === 0;
  }

  #named(index) {
    return say("Cited place {number} of {total}", { number: index + 1, total: this.#places.length });
  }

  #draw() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      strip.hidden = !this.#places.length;
      const heightOf = this.#sheet.source && this.#sheet.ruler();
      const ticks = this.#places.map((place, index) => this.#tick(place, index, heightOf));
      // Redraw only on a change: a redrawn mark would lose the focus.
      if (ticks.some((tick, index) => tick !== strip.children[index]) || ticks.length < strip.children.length) {
        strip.replaceChildren(...ticks);
      }
      this.#drawFound();
    });
  }

  #tick({ start, hash }, index, heightOf) {
    const name = this.#named(index);
    const there = strip.children[index];
    const tick = there?.getAttribute("href") === hash ? there : make("a", { className: "tick" });
    tick.title = name;
    tick.setAttribute("href", hash);
    tick.setAttribute("aria-label", name);
    tick.style.top = `${100 * heightOf(this.#sheet.source.at(start))}%`;
    if (index === this.#current) tick.setAttribute("aria-current", "true");
    else tick.removeAttribute("aria-current");
    return tick;
  }

  // Draw on a canvas instead of adding elements: there may be as many hits as words in the source.
  #drawFound() {
    const ratio = window.devicePixelRatio;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const { starts } = this.#finding;
    if (!starts.length || !this.#sheet.source) return;
    const pen = canvas.getContext("2d");
    pen.fillStyle = getComputedStyle(canvas).color;
    const heightOf = this.#sheet.ruler(starts.length <= MEASURED_HITS);
    let last = -1;
    for (const start of starts) {
      const top = Math.round(canvas.height * heightOf(start));
      if (top !== last) pen.fillRect(0, top, canvas.width, TICK_PIXELS * ratio);
      last = top;
    }
  }
}

// Two answers may cite the same passage and highlight different sentences in it.
function placeOf(places, hash) {
  if (!hash) return -1;
  const [start, end] = passageOf(hash).passage;
  return places.findIndex((place) => place.start === start && place.end === end);
}
