// Sends questions to the server, one after the other in each conversation. Each has a key, under
// which the server answers it once, however often it is sent.

import { find, findAll, post } from "../shared/dom.js";
import { drawAnswer, drawExchanges, drawPending, drawUnsent, keyAt } from "./exchanges.js";
import { sentFilter } from "./filtering.js";
import { current, newId, showConversation } from "./keeping.js";
import { say } from "../shared/language.js";
import { fitsQuestion } from "../shared/limits.js";
import { isReady, refreshState } from "../shared/state.js";
import { dropUnsent, rememberUnsent, unsentOf } from "./unsent.js";

const BOX = "#question textarea";

// The last question of each conversation, as a promise that is kept once it is done with; and the
// keys of those that are being sent or wait for their turn.
const latest = new Map();
const sending = new Set();

// How many answers have come in, and the conversation to which what is drawn belongs.
let answers = 0;
let drawn = null;

/** Listen to the box in which questions are typed, and to the buttons that send one again. */
export function watchSending() {
  document.addEventListener("keypress", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.matches?.(BOX)) askTyped();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("#question .submit-button")) askTyped();
    const again = target.closest?.(".unsent button");
    if (again) sendAgain(keyAt(again));
  });
}

/** Ask a question. Resolves once it is answered, to true, or has failed. */
export async function ask(question) {
  // Half of a character, as a cut text may end with, is no JSON.
  const whole = question.trim().toWellFormed?.() ?? question.trim();
  return expect({ question: whole, filter: sentFilter(), alone: false });
}

/** Ask the latest question again without what it carried over from earlier turns. */
export function askAlone() {
  const question = findAll("#conversation .question").at(-1)?.firstChild?.textContent ?? "";
  expect({ question, filter: "", alone: true });
}

/** Show the conversation as the server has it, with the questions that have no answer yet. */
export async function showExchanges() {
  const conversation = current();
  let before;
  let shown;
  try {
    do {
      before = answers;
      shown = await post("conversation/shown", { tab: conversation });
      // An answer that came in meanwhile may be missing in the reply.
    } while (before !== answers);
  } catch {
    // The line of the state tells of a server that does not answer.
    shown = null;
  }
  if (conversation !== current()) return;
  if (shown) drawExchanges(shown.exchanges, shown.forgotten);
  else if (drawn !== conversation) drawExchanges([], "");
  drawn = conversation;
  for (const { key } of shown?.exchanges ?? []) dropUnsent(conversation, key);
  const own = unsentOf(conversation);
  // Another tab has asked these. Under their keys their answers come here, too.
  for (const asked of shown?.under_way ?? []) {
    if (!own.some(({ key }) => key === asked.key)) rememberUnsent(conversation, asked);
  }
  for (const asked of unsentOf(conversation)) send(conversation, asked);
}

/** Go on when the server answers again. */
export async function recover(isReachableNow) {
  if (isReachableNow) await showConversation();
}

function askTyped() {
  const box = find(BOX);
  if (!fitsQuestion() || !box.value.trim()) return;
  ask(box.value);
  box.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function expect(asked) {
  const conversation = current();
  const isSame = (one) => ["question", "filter", "alone"].every((name) => one[name] === asked[name]);
  // Clicked twice, for example.
  const isUnderWay = unsentOf(conversation).some((one) => sending.has(one.key) && isSame(one));
  if (!asked.question || isUnderWay) return false;
  if (drawn !== conversation) drawExchanges([], "");
  drawn = conversation;
  const own = { ...asked, key: newId() };
  rememberUnsent(conversation, own);
  return send(conversation, own);
}

function sendAgain(key) {
  const conversation = current();
  const asked = unsentOf(conversation).find((one) => one.key === key);
  if (asked) send(conversation, asked);
}

// Draws the question, and sends it unless that is under way.
function send(conversation, asked) {
  drawPending(asked, isReady() ? say("Searching…") : say("Loading the model…"));
  if (sending.has(asked.key)) return latest.get(conversation);
  sending.add(asked.key);
  const turn = (latest.get(conversation) ?? Promise.resolve()).then(() => deliver(conversation, asked));
  latest.set(conversation, turn);
  return turn;
}

async function deliver(conversation, asked) {
  const { key, question, filter, alone } = asked;
  // The conversation may have been deleted.
  if (!unsentOf(conversation).some((one) => one.key === key)) return false;
  try {
    const reply = await post("ask", { tab: conversation, key, question, filter, alone });
    answers += 1;
    dropUnsent(conversation, key);
    if (conversation === current()) drawAnswer(reply);
    return true;
  } catch (error) {
    const said = error.reply
      ? say("The question did not get through.")
      : say("pincite does not answer. The question is asked again as soon as it does.");
    if (conversation === current()) drawUnsent(asked, said);
    if (!error.reply) refreshState();
    return false;
  } finally {
    sending.delete(key);
  }
}
