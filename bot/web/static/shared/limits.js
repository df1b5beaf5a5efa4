// Limits the length of texts. Nothing is cut: a text that is too long stays in its box and is not
// sent.

import { find, make } from "./dom.js";
import { say } from "./language.js";

// The line beside a box appears once this share of the limit is used.
const TELLING_SHARE = 0.8;

const BOX = "#question textarea";

let longestQuestion = Infinity;

/** Set the maximum length of a question, as the server gives it. */
export function limitQuestions(characters) {
  longestQuestion = characters;
  showQuestionLength();
}

/** Listen to the text boxes. */
export function watchLengths() {
  document.addEventListener("input", ({ target }) => {
    if (target.matches(BOX)) showQuestionLength();
    if (target.matches("[data-longest]")) checkLength(target);
  });
}

/** True if the question fits the limit; otherwise announce the excess again. */
export function fitsQuestion() {
  const line = showQuestionLength();
  if (!line?.classList.contains("over")) return true;
  // A screen reader announces only a changed text.
  const said = find("[role=alert]", line);
  said.textContent = "";
  setTimeout(showQuestionLength);
  return false;
}

/** Mark a text that is too long as invalid, and show its length beside the box. */
export function checkLength(field) {
  const limit = Number(field.dataset.longest);
  const line = find(`#${field.getAttribute("aria-describedby")}`);
  const said = say("Too long to send: the limit is {limit} characters.", { limit });
  const fits = showLength(line, field.value, limit, said);
  field.setCustomValidity(fits ? "" : said);
}

/** Show the length of the question beside its box once it nears the limit. */
export function showQuestionLength() {
  const box = find(BOX);
  if (!box) return null;
  const line = find("#question-length") ?? addLine(box);
  const limit = longestQuestion;
  const said = say("Too long to send: the limit is {limit} characters (max_question_characters).", { limit });
  showLength(line, box.value, limit, said);
  return line;
}

function addLine(box) {
  const line = make("p", { id: "question-length", className: "length", hidden: true });
  line.append(...parts());
  find("#composer").prepend(line);
  box.setAttribute("aria-describedby", line.id);
  return line;
}

function parts() {
  const alert = make("span");
  alert.setAttribute("role", "alert");
  return [make("span", { className: "length-count" }), make("span"), alert];
}

function showLength(line, text, limit, said) {
  if (!line.children.length) line.append(...parts());
  // Count code points, as the server does.
  const used = [...text.trim()].length;
  const isOver = used > limit;
  line.hidden = used < TELLING_SHARE * limit;
  line.classList.toggle("over", isOver);
  const [count, divider, fault] = line.children;
  count.textContent = line.hidden ? "" : say("{used} of {limit} characters", { used, limit });
  divider.textContent = isOver ? " · " : "";
  const message = isOver ? said : "";
  if (fault.textContent !== message) fault.textContent = message;
  return !isOver;
}
