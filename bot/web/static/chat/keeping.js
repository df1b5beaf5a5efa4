// Which conversation is shown, and keeping it: the browser has a copy of what the server answered,
// and gives it back to a server that was restarted.

import { find, post } from "../shared/dom.js";
import { say } from "../shared/language.js";
import { showExchanges } from "./sending.js";
import { drop, exchangesOf, keep, latestOf, putBack } from "../shared/storage.js";
import { dropAllUnsent } from "./unsent.js";

const CONVERSATION = "pincite.conversation";

// As many exchanges as the server keeps of a conversation, and takes back. The browser keeps all.
const KEPT = 30;

// As many characters of them.
const RESTORED_CHARACTERS = 1_500_000;

let keeping = Promise.resolve();
let heading = null;

// Conversations that Back must not bring up again.
const forgotten = new Set();

/** Show the conversation of this browser tab, as it was before a reload or a restart. */
export async function showConversation() {
  await restore(current());
  await showExchanges();
}

/** Show another conversation, unless a later call names yet another before this one is shown. */
export async function turnTo(id) {
  heading = forgotten.has(id) ? newId() : id;
  const own = heading;
  await keeping;
  if (own !== heading) return;
  adopt(own);
  heading = null;
  // Or a reload would bring up again what was deleted.
  history.replaceState({ ...history.state, conversation: own }, "");
  await showConversation();
}

/** Take a conversation for the one that is shown, from the next drawing on. */
export function adopt(id) {
  sessionStorage.setItem(CONVERSATION, id);
}

/** The conversation that is shown, or is about to be. */
export const headingFor = () => heading ?? current();

/** Forget a conversation here and on the server. */
export async function forget(id) {
  await keeping;
  forgotten.add(id);
  dropAllUnsent(id);
  await drop(id);
  try {
    await post("conversation/forget", { tab: id });
  } finally {
    // Or it would be kept anew from what the server may still have of it.
    if (id === current()) await turnTo(newId());
  }
}

/** Take back that a conversation was forgotten. */
export async function restoreForgotten(conversation, exchanges) {
  forgotten.delete(conversation.id);
  await putBack(conversation, exchanges);
}

/** Keep what was answered since; one after another, so that none is kept twice. */
export function keepAnswers() {
  const id = current();
  keeping = keeping.then(() => catchUp(id)).then(
    () => tell(""),
    // A browser whose disk is full keeps nothing more, which the list of what it keeps must say.
    ({ message }) => tell(say("The latest answers are not kept: {message}", { message })),
  );
  return keeping;
}

/** Everything that was answered in the conversation that is shown. */
export async function shownExchanges() {
  const id = current();
  await keepAnswers();
  const kept = await exchangesOf(id);
  // A browser that keeps nothing has what the server still knows.
  return kept.length ? kept : (await post("conversation", { tab: id })).exchanges;
}

/** Say above the list of conversations what went wrong with them; nothing for "". */
export function tell(message) {
  const fault = find(".history-fault");
  fault.hidden = !message;
  fault.textContent = message;
}

/** The id of the conversation that is shown: a secret that outlives a reload but not the tab. */
export function current() {
  const id = sessionStorage.getItem(CONVERSATION) ?? newId();
  sessionStorage.setItem(CONVERSATION, id);
  return id;
}

async function catchUp(id) {
  const latest = await latestOf(id);
  const from = latest ? latest.number - 1 : -1;
  const kept = await post("conversation", { tab: id, after: from });
  const [first] = kept.exchanges;
  if (!latest || isSame(first, latest) || kept.next_number === 0) {
    await keep(id, kept.exchanges);
    return;
  }
  // The server was restarted under an open page, and began to count anew.
  const anew = await post("conversation", { tab: id });
  const shift = latest.number + 1;
  await keep(
    id,
    anew.exchanges.map((exchange) => ({ ...exchange, number: exchange.number + shift })),
  );
  await post("conversation/forget", { tab: id });
  await restore(id);
  if (id === current()) await showExchanges();
}

function isSame(one, other) {
  return ["number", "asked", "question"].every((name) => one?.[name] === other[name]);
}

/** Gives the server back what it has not. */
async function restore(id) {
  const last = await latestOf(id);
  if (!last) return;
  try {
    const known = await post("conversation", { tab: id, after: last.number });
    if (known.next_number > 0) return;
    const kept = await exchangesOf(id, last.number + 1 - KEPT);
    await post("conversation/restore", { tab: id, exchanges: fitting(kept) });
  } catch {
    // The line of the state tells of a server that does not answer; asking goes on without.
  }
}

/** The latest of some exchanges, no more than fit into a request. */
export function fitting(exchanges) {
  let characters = 0;
  const backwards = exchanges.toReversed();
  const end = backwards.findIndex((exchange) => {
    characters += JSON.stringify(exchange).length;
    return characters > RESTORED_CHARACTERS;
  });
  return (end < 0 ? backwards : backwards.slice(0, end)).reverse();
}

/** A name that cannot be guessed. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
