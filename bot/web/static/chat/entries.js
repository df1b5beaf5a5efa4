// Manages the entries of the browser's history. Each entry has an address of the page and the
// conversation shown with it, so that Back and Forward lead through views, sources and
// conversations.

import { isSourceAddress } from "../shared/addresses.js";
import { find } from "../shared/dom.js";
import { adopt, headingFor, newId, turnTo } from "./keeping.js";
import { exchangesOf } from "../shared/storage.js";

const LONGEST_WAIT_MILLISECONDS = 1000;

let follow = () => {};

// Closing a source calls history.back(), which takes effect a little later.
let settled = Promise.resolve();

/** Call `listener(hash, link)` for the current address and for every address visited later. */
export function watchEntries(listener) {
  follow = listener;
  const { conversation } = history.state ?? {};
  if (conversation) adopt(conversation);
  else note({ over: 0 });
  window.addEventListener("popstate", ({ state }) => {
    if (state?.conversation) enter(state.conversation);
    // The reader typed an address.
    else note({ over: 0 });
    follow(location.hash);
  });
  follow(location.hash);
}

/** Go to an address; `link` is the followed link, and `conversation` may name another
    conversation. */
export async function visit(hash, { link = null, conversation = headingFor() } = {}) {
  await settled;
  const isSame = nameOf(hash) === nameOf(location.hash) && conversation === headingFor();
  if (!isSame) history.pushState({ conversation, over: overlaid(hash, conversation) }, "", here(hash));
  const entering = enter(conversation);
  follow(hash, link);
  await entering;
}

/** Replace the current address, so that Back does not lead to it. */
export async function visitInstead(hash) {
  await settled;
  history.replaceState(history.state, "", here(hash));
  follow(hash);
}

/** Start a new conversation at the current address; Back skips an empty conversation. */
export async function visitNewConversation() {
  await settled;
  const before = await exchangesOf(headingFor());
  const conversation = newId();
  const isWorthReturning = before.length || find("#conversation :is(.pending, .unsent)");
  if (isWorthReturning) history.pushState({ conversation, over: 0 }, "");
  else note({ conversation });
  await enter(conversation);
}

/** Go back from the sources to the view before them; if there is none, go to `hash`. */
export async function leaveSources(hash) {
  const over = history.state?.over ?? 0;
  if (!over) {
    history.replaceState(history.state, "", here(hash));
    return;
  }
  settled = new Promise((resolve) => {
    window.addEventListener("popstate", resolve, { once: true });
    // A browser limits the number of entries and does not go back beyond the first.
    setTimeout(resolve, LONGEST_WAIT_MILLISECONDS);
  });
  history.go(-over);
  await settled;
}

// Return how many entries back the view without a source will be; 0 if there is none.
function overlaid(hash, conversation) {
  if (!isSourceAddress(hash) || conversation !== headingFor()) return 0;
  if (!isSourceAddress(location.hash)) return 1;
  const { over } = history.state ?? {};
  return over ? over + 1 : 0;
}

async function enter(conversation) {
  if (conversation === headingFor()) return;
  await turnTo(conversation);
}

function note(change) {
  history.replaceState({ conversation: headingFor(), ...history.state, ...change }, "");
}

const nameOf = (hash) => hash || "#chat";

// With a query string, Gradio's <base> would make a bare fragment load a new page.
const here = (hash) => location.pathname + location.search + hash;
