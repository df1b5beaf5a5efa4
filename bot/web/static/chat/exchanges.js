// Draws the questions and answers of a conversation into Gradio's log. The HTML is of the server's
// own making, which has escaped whatever came from a document or from a reader.

import { find, findAll, focusBox, make } from "../shared/dom.js";
import { say } from "../shared/language.js";

// What each row was drawn from, so that a row which stays the same stays in its place.
const drawnFrom = new WeakMap();

/** Gradio's log, or null while Gradio has not drawn it. */
export const log = () => find("#conversation [role=log]");

/** Show exactly these: {number, question, answer}, both as HTML, after `forgotten`, HTML or "". */
export function drawExchanges(exchanges, forgotten) {
  const known = new Map(findAll("#conversation .message-row").map((row) => [drawnFrom.get(row), row]));
  const draw = (kind, number, html) => {
    const row = known.get(sourceOf(kind, number, html)) ?? rowOf(kind, contentOf(html));
    drawnFrom.set(row, sourceOf(kind, number, html));
    return row;
  };
  const rows = forgotten ? [draw("bot", "", forgotten)] : [];
  for (const { number, question, answer } of exchanges) {
    rows.push(draw("user", number, question), draw("bot", number, answer));
  }
  const wrap = wrapOf();
  const isSame = rows.length === wrap.children.length && rows.every((row, at) => row === wrap.children[at]);
  if (!isSame) wrap.replaceChildren(...rows);
}

/** Show a question below all others, with a line that says that its answer is looked for. */
export function drawPending({ key, question, alone }, said) {
  const line = make("div", { className: "pending", textContent: said });
  const answerRow = rowsWith(key)[1];
  if (answerRow) {
    fill(answerRow, line);
    wrapOf().append(...rowsWith(key));
    return;
  }
  const note = alone ? make("span", { className: "alone", textContent: say("asked on its own") }) : null;
  const asked = make("div", { className: "question" }, question, note);
  wrapOf().append(rowOf("user", asked, key), rowOf("bot", line, key));
}

/** Show the answer to a question that is shown; without one nothing happens. */
export function drawAnswer({ key, number, question, answer }) {
  const [questionRow, answerRow] = rowsWith(key);
  if (!answerRow) return;
  fill(answerRow, contentOf(answer));
  drawnFrom.set(questionRow, sourceOf("user", number, question));
  drawnFrom.set(answerRow, sourceOf("bot", number, answer));
}

/** Say below a question that is shown why it has no answer, and offer to send it again. */
export function drawUnsent({ key }, said) {
  const [, answerRow] = rowsWith(key);
  if (!answerRow) return;
  const line = make("p", { className: "unsent-line", textContent: said });
  line.setAttribute("role", "status");
  const button = make("button", { type: "button", className: "button", textContent: say("Send again") });
  fill(answerRow, make("div", { className: "unsent" }, line, button));
}

/** The key of the question to which an element of its answer belongs. */
export const keyAt = (element) => element.closest(".message-row").dataset.key;

const rowsWith = (key) => findAll(`#conversation .message-row[data-key="${key}"]`);

const sourceOf = (kind, number, html) => `${kind} ${number} ${html}`;

// The focus on what goes must not be lost.
function fill(row, content) {
  if (row.contains(document.activeElement)) focusBox();
  find(".prose", row).replaceChildren(content);
}

function wrapOf() {
  const wrap = find(".message-wrap", log());
  if (wrap) return wrap;
  const made = make("div", { className: "message-wrap" });
  log().append(made);
  return made;
}

function rowOf(kind, content, key) {
  const part = make("div", { className: "prose" }, content);
  part.setAttribute("role", "group");
  part.setAttribute("aria-label", kind === "user" ? say("Question") : say("Answer"));
  const row = make("div", { className: `message-row ${kind}-row` }, part);
  if (key) row.dataset.key = key;
  return row;
}

const contentOf = (html) => make("template", { innerHTML: html }).content;
