// Which conversation is shown, and keeping it: the browser has a copy of what the server answered,
// and gives it back to a server that was restarted.

import { find, post } from "./dom.js";
import { say } from "./language.js";
import { drop, exchangesOf, keep } from "./storage.js";

const CONVERSATION = "pincite.conversation";
const FIELD = "#tab textarea";

// As many exchanges as the server keeps of a conversation, and takes back.
const KEPT = 30;

// As many characters of them.
const RESTORED_CHARACTERS = 1_500_000;

let keeping = Promise.resolve();

/** Whether Gradio has drawn the box that names the conversation. */
export const canShow = () => Boolean(find(FIELD));

/** Show the conversation of this browser tab, as it was before a reload or a restart. */
export async function showConversation() {
  // At once, so that no question is asked in a conversation without a name.
  nameConversation();
  if (await restore(current())) showAgain();
}

/** Say which conversation it is; again changes nothing, for Gradio overlooks what came too early. */
export function nameConversation() {
  const field = find(FIELD);
  field.value = current();
  field.dispatchEvent(new Event("input", { bubbles: true }));
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
  try {
    await post("conversation/forget", { tab: id });
  } finally {
    // Or it would be kept anew from what the server may still have of it.
    if (id === current()) await turnTo();
  }
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
  const latest = (await exchangesOf(id)).at(-1);
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
  if (id === current()) showAgain();
}

function isSame(one, other) {
  return ["number", "asked", "question"].every((name) => one?.[name] === other[name]);
}

/** Gives the server back what it has not; true when there was something. */
async function restore(id) {
  const kept = await exchangesOf(id);
  if (kept.length === 0) return false;
  try {
    const known = await post("conversation", { tab: id, after: kept.at(-1).number });
    if (known.next_number > 0) return false;
    await post("conversation/restore", { tab: id, exchanges: latest(kept) });
    return true;
  } catch {
    // The line of the state tells of a server that does not answer; asking goes on without.
    return false;
  }
}

function latest(kept) {
  let characters = 0;
  const fitting = kept.slice(-KEPT).reverse();
  const end = fitting.findIndex((exchange) => {
    characters += JSON.stringify(exchange).length;
    return characters > RESTORED_CHARACTERS;
  });
  return (end < 0 ? fitting : fitting.slice(0, end)).reverse();
}

const showAgain = () => find("#show-again").click();

/** A name that cannot be guessed. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
