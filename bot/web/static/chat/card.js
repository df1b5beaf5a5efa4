// A card that shows a cited passage with the text around it, when the reader points at the
// citation.

import { passageOf } from "../shared/addresses.js";
import { find, findAll, dotted, make, request } from "../shared/dom.js";
import { Ink } from "../source/ink.js";
import { say } from "../shared/language.js";
import { utf16Offsets } from "../shared/offsets.js";
import { markGone, outcome } from "../source/source.js";

const CHIP = "#conversation a.cite";
const SHOW_MILLISECONDS = 250;
const HIDE_MILLISECONDS = 250;
const PRESS_MILLISECONDS = 450;
const PRESS_PIXELS = 10;
const ENOUGH_PIXELS = 280;
const GAP = 6;
const EDGE = 8;

// Keys with which the reader moves the focus, as opposed to a pane that gives the focus back.
const MOVING_KEYS = new Set(["Tab", "n", "p"]);

const card = find("#card");
const text = find(".card-text", card);

let chip = null;
let wanted = null;
let isByKey = false;
let showing = 0;
let hiding = 0;
let key = "";
let press = null;
let isPressed = false;

/** Show cards for citations that are under the pointer, focused, or touched for a moment. */
export function watchCitations() {
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const over = event.target.closest?.(CHIP);
    if (over && over !== wanted) {
      isByKey = false;
      want(over);
    } else if (!over) {
      letGo();
    }
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(CHIP) && MOVING_KEYS.has(key)) {
      isByKey = true;
      want(target);
    } else if (target !== chip) {
      letGo();
    }
  });
  document.addEventListener("focusout", letGo);
  document.addEventListener("keydown", typed, true);
  document.addEventListener("pointerdown", pressed, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release);
  document.addEventListener("pointermove", (event) => {
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > PRESS_PIXELS) release();
  });
  document.addEventListener("contextmenu", (event) => {
    if (press || isPressed) event.preventDefault();
  });
  document.addEventListener("click", clicked, true);
  document.addEventListener("scroll", (event) => card.contains(event.target) || place(), true);
  window.addEventListener("resize", hide);
}

/** Move each citation's tooltip to its accessible name: the card says more than a tooltip would. */
export function nameCitations() {
  for (const link of findAll(`${CHIP}[title]`)) {
    link.setAttribute("aria-label", link.title);
    link.setAttribute("aria-haspopup", "dialog");
    link.removeAttribute("title");
  }
  if (chip && !chip.isConnected) hide();
}

function want(link, pause = SHOW_MILLISECONDS) {
  clearTimeout(showing);
  stopHiding();
  wanted = link;
  if (link === chip) return;
  const { id, passage } = passageOf(link.getAttribute("href"));
  // Fetch at once, so that the text is there when the card is due.
  const asked = request(`sources/${id}/around?start=${passage[0]}&end=${passage[1]}`);
  const reply = asked.catch((error) => ({ error }));
  showing = setTimeout(async () => {
    const around = await reply;
    if (wanted === link && link.isConnected) show(link, around);
  }, pause);
}

// Wait before closing, since the pointer may be moving between the citation and the card. The
// pointer's position does not matter while the reader goes through citations by key.
function letGo() {
  if (wanted !== chip && wanted !== document.activeElement) {
    clearTimeout(showing);
    wanted = chip;
  }
  if (!chip || hiding) return;
  hiding = setTimeout(() => {
    stopHiding();
    const isPointedAt = card.matches(":hover") || chip?.matches(":hover");
    const focused = document.activeElement;
    if (!isPointedAt && !card.contains(focused) && !(isByKey && chip === focused)) hide();
  }, HIDE_MILLISECONDS);
}

function stopHiding() {
  clearTimeout(hiding);
  hiding = 0;
}

function show(link, around) {
  hide();
  chip = wanted = link;
  fill(link.getAttribute("href"), around);
  card.hidden = false;
  chip.setAttribute("aria-expanded", "true");
  chip.setAttribute("aria-controls", card.id);
  text.style.maxHeight = "";
  place();
  bringHighlightIntoView();
  if (text.scrollHeight > text.clientHeight) text.tabIndex = 0;
  else text.removeAttribute("tabindex");
}

function hide() {
  clearTimeout(showing);
  stopHiding();
  wanted = null;
  if (!chip) return;
  card.hidden = true;
  chip.removeAttribute("aria-expanded");
  chip.removeAttribute("aria-controls");
  chip = null;
}

function fill(hash, around) {
  const links = [make("a", { textContent: say("Open in the source") })];
  links[0].setAttribute("href", hash);
  card.classList.toggle("fault", Boolean(around.error));
  if (around.error) {
    const { reply, message } = around.error;
    if (reply?.gone) markGone(passageOf(hash).id, reply.now);
    find("#card-title").textContent = reply?.gone ? outcome(reply.now) : say("This passage cannot be shown");
    find(".card-meta", card).textContent = "";
    text.replaceChildren(message);
    links.pop();
    if (reply?.now) {
      links.push(make("a", { textContent: say("Open it as it is now") }));
      links[0].setAttribute("href", `#src/${reply.now}/0-0`);
    }
  } else {
    find("#card-title").textContent = around.title;
    const details = [around.publisher, around.date, around.locator];
    find(".card-meta", card).replaceChildren(...dotted(details));
    text.replaceChildren(...passage(hash, around));
    if (/^https?:\/\//i.test(around.url ?? "")) links.push(original(around.url));
  }
  find(".card-links", card).replaceChildren(...links);
}

function original(url) {
  const rel = "noopener noreferrer";
  return make("a", { href: url, target: "_blank", rel, title: url, textContent: say("Open the original") });
}

function passage(hash, around) {
  const { text: cited, begins, ends } = around;
  // The surrounding text is not quoted, so drop its empty lines to save room in the card.
  const [before, after] = [around.before, around.after].map((part) => part.replace(/\n\s*\n/g, "\n"));
  const whole = before + cited + after;
  const { passage, highlights, words } = passageOf(hash);
  const at = utf16Offsets(whole);
  const shift = [...before].length - passage[0];
  const span = ([from, to]) => (to > from ? [at(from + shift), at(to + shift)] : [0, 0]);
  const spots = { passage: span(passage), highlights: highlights.map(span), words: span(words) };
  const body = make("span");
  new Ink(whole, [], spots).write(body, 0, whole.length);
  return [begins ? "" : "… ", body, ends ? "" : " …"];
}

// Keep the answering words in view when the passage before them is long.
function bringHighlightIntoView() {
  text.scrollTop = 0;
  const lit = find("strong", text) ?? find("mark", text) ?? find(".passage", text);
  if (!lit) return;
  const frame = text.getBoundingClientRect();
  const { top } = lit.getClientRects()[0] ?? frame;
  if (top > frame.top + 0.7 * frame.height) text.scrollTop = top - frame.top - frame.height / 2;
}

function place() {
  if (!chip) return;
  const box = chip.getClientRects()[0];
  const log = find("#conversation").getBoundingClientRect();
  if (!box || box.bottom < log.top || box.top > log.bottom) {
    hide();
    return;
  }
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const below = height - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  card.style.maxHeight = "";
  // Prefer below: above, the card would cover the quote that is being read.
  const isBelow = below >= Math.min(card.offsetHeight, ENOUGH_PIXELS) || below >= above;
  card.style.maxHeight = `${isBelow ? below : above}px`;
  const left = Math.min(box.left, width - card.offsetWidth - EDGE);
  card.style.left = `${Math.max(EDGE, left)}px`;
  card.style.top = `${isBelow ? box.bottom + GAP : box.top - GAP - card.offsetHeight}px`;
}

function typed(event) {
  key = event.key;
  if (!chip) {
    if (key !== "Tab") wanted = null;
    return;
  }
  if (key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    if (card.contains(document.activeElement)) backToChip();
    else hide();
  }
  if (key === "Tab") tabThrough(event);
}

// In tab order the card follows its citation, wherever it is in the page.
function tabThrough(event) {
  const stops = findAll("a, [tabindex='0']", card);
  const here = document.activeElement;
  if (here === chip && !event.shiftKey) {
    event.preventDefault();
    stops[0]?.focus();
  } else if (here === stops[0] && event.shiftKey) {
    event.preventDefault();
    backToChip();
  } else if (here === stops.at(-1) && !event.shiftKey) {
    // From here the browser moves the focus by itself.
    backToChip();
  }
}

function backToChip() {
  const link = chip;
  hide();
  key = "";
  link.focus();
}

function pressed(event) {
  key = "";
  isPressed = false;
  if (!card.contains(event.target)) hide();
  const link = event.target.closest?.(CHIP);
  if (!link || event.pointerType !== "touch") return;
  const open = () => {
    isPressed = true;
    want(link, 0);
  };
  press = { x: event.clientX, y: event.clientY, timer: setTimeout(open, PRESS_MILLISECONDS) };
}

function release() {
  clearTimeout(press?.timer);
  press = null;
}

// Lifting the finger that opened a card is not a click; any other click closes the card.
function clicked(event) {
  const link = event.target.closest?.("a");
  if (isPressed && link?.matches(CHIP)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (link && card.contains(link) && link.getAttribute("href") === chip?.getAttribute("href")) {
    // Click the citation itself, which then gets the focus back when the source is closed.
    event.preventDefault();
    event.stopPropagation();
    isPressed = false;
    chip.click();
  } else if (link && (link === chip || link === wanted || card.contains(link))) {
    hide();
  }
  isPressed = false;
}
