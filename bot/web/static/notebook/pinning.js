// The button that adds a quote to the notebook.

import { passageOf } from "../shared/addresses.js";
import { find, findAll } from "../shared/dom.js";
import { shownExchanges } from "../chat/keeping.js";
import { say } from "../shared/language.js";
import { openAt } from "./notebook.js";
import { pin, pinId, pins } from "./pins.js";
import { tellDone } from "../shared/telling.js";

let pinned = new Set();

/** Listen to the buttons. */
export function watchPinning() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#conversation .pin");
    if (button) press(button.closest(".quote"));
  });
  document.addEventListener("visibilitychange", () => document.hidden || showPins());
  showPins();
}

/** Add a button to the quotes that have none yet. */
export function addPins() {
  const captions = findAll("#conversation .answer .quote figcaption:not(:has(.pin))");
  for (const caption of captions) {
    caption.append(find("#pin").content.cloneNode(true));
    show(caption.closest(".quote"));
  }
}

/** Pin the focused quote, if there is one. */
export function pinFocused() {
  const quote = document.activeElement?.closest?.("#conversation .quote");
  if (quote) press(quote);
}

/** Show for each quote whether the browser has it in the notebook. */
export async function showPins() {
  pinned = new Set((await pins()).map(({ id }) => id));
  findAll("#conversation .quote").forEach(show);
}

function show(quote) {
  const button = find(".pin", quote);
  if (!button) return;
  const isPinned = pinned.has(idOf(quote));
  const name = isPinned ? say("In the notebook: open it there") : say("Pin to the notebook");
  button.classList.toggle("pinned", isPinned);
  button.setAttribute("aria-label", name);
  button.title = name;
}

async function press(quote) {
  const id = idOf(quote);
  if (pinned.has(id)) {
    openAt(id);
    return;
  }
  try {
    await pin(id, await found(quote, id));
    await showPins();
    tellDone(say("Pinned to the notebook"));
  } catch ({ message }) {
    tellDone(message);
  }
}

const addressOf = (quote) => find("figcaption a.cite", quote).getAttribute("href");

const idOf = (quote) => pinId(passageOf(addressOf(quote)));

// Pin the text that the server answered, not the page's rendering of it.
async function found(quote, id) {
  const number = Number(/(?:^| )exchange-(\d+)/.exec(quote.closest(".answer").className)?.[1]);
  const exchange = (await shownExchanges()).find((each) => each.number === number);
  const known = exchange?.answer?.quotes.find(
    ({ source, start, end }) => pinId({ id: source.id, passage: [start, end] }) === id,
  );
  if (!known) {
    throw new Error(say("This answer is not kept here any more; ask again to pin its quotes."));
  }
  const { source, start, end, locator, section, text } = known;
  const { question, asked } = exchange;
  const kept = { question, accessed: asked.slice(0, 10), address: addressOf(quote) };
  return { source, start, end, locator, section, text, ...kept };
}
