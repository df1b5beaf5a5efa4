// Questions that were asked and of which this page has seen no answer. They outlive a reload, and
// are drawn below the conversation as pending or as failed: the server may have gone meanwhile.

import { find, make } from "./dom.js";
import { current } from "./keeping.js";
import { say } from "./language.js";

const UNSENT = "pincite.unsent";

// "" while nothing needs to be said, or else "pending", "unreachable" or "failed".
let condition = "";
let resend = () => {};

/** Listen to the button, which sends the question again by `again`. */
export function watchUnsent(again) {
  resend = again;
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("#unsent button")) resend();
  });
}

/** The question of a conversation that has no answer yet: {question, filter, key, alone}, or undefined. */
export const unsentOf = (conversation) => all()[conversation];

/** Remember what was asked in a conversation, in place of what was asked before. */
export function rememberUnsent(conversation, { question, filter = "", key, alone = false }) {
  save({ ...all(), [conversation]: { question, filter, key, alone } });
}

/** Forget what was asked in a conversation. */
export function dropUnsent(conversation) {
  const { [conversation]: dropped, ...others } = all();
  if (dropped) save(others);
}

/** Say how it stands with the question: "" as long as the conversation itself shows that. */
export function tellUnsent(said) {
  condition = said;
  drawUnsent();
}

/** Draw the question that has no answer, or remove it once it has one. */
export function drawUnsent() {
  const asked = unsentOf(current());
  const row = asked && find(`#conversation .user-row:has(.asked-${asked.key})`);
  if (row && find(".answer, .fault", row.nextElementSibling ?? row)) dropUnsent(current());
  const isDue = condition && unsentOf(current());
  const log = find("#conversation [role=log]");
  if (!isDue || !log) {
    remove();
    return;
  }
  const isNew = !find("#unsent");
  const drawn = isNew ? add(log) : find("#unsent");
  const [question, line, button] = drawn.children;
  const isShown = Boolean(row);
  drawn.className = condition;
  write(question, asked.question);
  question.hidden = isShown;
  write(line, LINES[condition]);
  button.hidden = condition === "pending";
  if (isNew) drawn.scrollIntoView({ block: "end" });
}

const LINES = {
  pending: say("Being sent…"),
  unreachable: say("pincite does not answer. The question is asked again as soon as it does."),
  failed: say("The question did not get through."),
};

function add(log) {
  const line = make("p", { className: "unsent-line" });
  line.setAttribute("role", "status");
  const button = make("button", { type: "button", className: "button", textContent: say("Send again") });
  const question = make("div", { className: "unsent-question", dir: "auto" });
  const drawn = make("div", { id: "unsent" }, question, line, button);
  log.append(drawn);
  return drawn;
}

function remove() {
  const drawn = find("#unsent");
  if (drawn?.contains(document.activeElement)) find("#question textarea").focus();
  drawn?.remove();
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function all() {
  try {
    return JSON.parse(sessionStorage.getItem(UNSENT)) ?? {};
  } catch {
    return {};
  }
}

const save = (asked) => sessionStorage.setItem(UNSENT, JSON.stringify(asked));
