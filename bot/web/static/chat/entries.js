// The entries of the browser's history. Each has an address of the page and the conversation that
// is shown with it, so that Back and Forward lead through views, sources and conversations alike.

import { isSourceAddress } from "../shared/addresses.js";
import { find } from "../shared/dom.js";
import { adopt, headingFor, newId, turnTo } from "./keeping.js";
import { exchangesOf } from "../shared/storage.js";

const LONGEST_WAIT_MILLISECONDS = 1000;

let follow = () => {};

// Closing a source goes back, which the browser does a little later.
let settled = Promise.resolve();

/** Show the address, and each that is gone to or back to, by `listener(hash, link)`. */
export function watchEntries(listener) {
  follow = listener;
  const { conversation } = history.state ?? {};
  if (conversation) adopt(conversation);
  else note({ over: 0 });
  window.addEventListener("popstate", ({ state }) => {
    if (state?.conversation) enter(state.conversation);
    // An address that was typed.
    else note({ over: 0 });
    follow(location.hash);
  });
  follow(location.hash);
}

/** Go to an address, under the link that was followed, and to another conversation if one is given. */
export async function visit(hash, { link = null, conversation = headingFor() } = {}) {
  await settled;
  const isSame = nameOf(hash) === nameOf(location.hash) && conversation === headingFor();
  if (!isSame) history.pushState({ conversation, over: overlaid(hash, conversation) }, "", here(hash));
  const entering = enter(conversation);
  follow(hash, link);
  await entering;
}

/** Go to an address in place of the present one, to which Back is not to lead. */
export async function visitInstead(hash) {
  await settled;
  history.replaceState(history.state, "", here(hash));
  follow(hash);
}

/** Begin a new conversation where the present address is; one that holds nothing is not gone back to. */
export async function visitNewConversation() {
  await settled;
  const before = await exchangesOf(headingFor());
  const conversation = newId();
  const isWorthReturning = before.length || find("#conversation :is(.pending, .unsent)");
  if (isWorthReturning) history.pushState({ conversation, over: 0 }, "");
  else note({ conversation });
  await enter(conversation);
}

/** Go back from the sources to what was shown before them; at once to `hash` if nothing was. */
export async function leaveSources(hash) {
  const over = history.state?.over ?? 0;
  if (!over) {
    history.replaceState(history.state, "", here(hash));
    return;
  }
  settled = new Promise((resolve) => {
    window.addEventListener("popstate", resolve, { once: true });
    // A browser keeps only so many entries, and goes nowhere beyond the first.
    setTimeout(resolve, LONGEST_WAIT_MILLISECONDS);
  });
  history.go(-over);
  await settled;
}

// How many entries an address lies above the one without a source; 0 if there is none.
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

// Gradio's <base> would turn a bare fragment into a new page when there is a query string.
const here = (hash) => location.pathname + location.search + hash;
