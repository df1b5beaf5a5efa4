// Which conversation is shown, and keeping it: the browser has a copy of what the server answered,
// and gives it back to a server that was restarted.

import { find, post } from "./dom.js";
import { drop, exchangesOf, keep } from "./storage.js";

const CONVERSATION = "pincite.conversation";
const FIELD = "#tab textarea";

// As many exchanges, and as many characters of them, as the server takes back.
const RESTORED = 30;
const RESTORED_CHARACTERS = 1_500_000;

let isShown = false;
let keeping = Promise.resolve();

/** Whether Gradio has drawn the box that names the conversation. */
export const canShow = () => Boolean(find(FIELD));

/** Show the conversation of this browser tab, as it was before a reload or a restart. */
export async function showConversation() {
  isShown = false;
  await restore(current());
  isShown = true;
  name();
}

/** Name the conversation again, which changes nothing: Gradio overlooks what came too early. */
export function nameAgain() {
  if (isShown) name();
}

/** Show another conversation; without an id, a new one. */
export async function turnTo(id = newId()) {
  await keeping;
  sessionStorage.setItem(CONVERSATION, id);
  await showConversation();
}

/** Forget a conversation here and on the server. */
export async function forget(id) {
  await keeping;
  await drop(id);
  await post("conversation/forget", { tab: id });
  if (id === current()) await turnTo();
}

/** Keep what was answered since; one after another, so that none is kept twice. */
export function keepAnswers() {
  const id = current();
  keeping = keeping.then(() => catchUp(id)).catch(() => {});
  return keeping;
}

/** The id of the conversation that is shown: a secret that outlives a reload but not the tab. */
export function current() {
  const id = sessionStorage.getItem(CONVERSATION) ?? newId();
  sessionStorage.setItem(CONVERSATION, id);
  return id;
}

async function catchUp(id) {
  const last = (await exchangesOf(id)).at(-1)?.number ?? -1;
  const kept = await post("conversation", { tab: id, after: last });
  if (kept.next_number > last || kept.next_number === 0) {
    await keep(id, kept.exchanges);
    return;
  }
  // The server was restarted under an open page, and began to count anew.
  const anew = await post("conversation", { tab: id });
  await keep(
    id,
    anew.exchanges.map((exchange) => ({ ...exchange, number: exchange.number + last + 1 })),
  );
  await post("conversation/forget", { tab: id });
  await restore(id);
}

async function restore(id) {
  const kept = await exchangesOf(id);
  if (kept.length === 0) return;
  try {
    const known = await post("conversation", { tab: id, after: kept.at(-1).number });
    if (known.next_number > 0) {
      await keep(id, known.exchanges);
      return;
    }
    await post("conversation/restore", { tab: id, exchanges: latest(kept) });
  } catch {
    // The line of the state tells of a server that does not answer; asking goes on without.
  }
}

function latest(kept) {
  let characters = 0;
  const fitting = kept.slice(-RESTORED).reverse();
  const end = fitting.findIndex((exchange) => {
    characters += JSON.stringify(exchange).length;
    return characters > RESTORED_CHARACTERS;
  });
  return (end < 0 ? fitting : fitting.slice(0, end)).reverse();
}

function name() {
  const field = find(FIELD);
  field.value = current();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
