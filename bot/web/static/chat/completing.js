// Offers questions of the corpus and titles of its sources while somebody types a question. The
// keys are those of a combobox; Enter sends what was typed unless an option was chosen with an arrow.

import { completionsOf, prepared } from "./completions.js";
import { find, findAll, make, request } from "../shared/dom.js";
import { restrictTo } from "./filtering.js";
import { say } from "../shared/language.js";

const BOX = "#question textarea";

let known = null;
let offered = [];
let active = -1;

/** Listen to the question box. */
export function watchCompleting() {
  document.addEventListener("focusin", ({ target }) => target.matches(BOX) && learn());
  document.addEventListener("focusout", ({ target }) => target.matches(BOX) && hide());
  document.addEventListener("input", (event) => {
    if (!event.target.matches(BOX)) return;
    // What a script writes is no typing, and what an input method composes is no word yet.
    if (event.isTrusted && !event.isComposing) complete();
    else hide();
  });
  document.addEventListener("compositionend", ({ target }) => target.matches(BOX) && complete());
  // Before all others: what closes the list closes nothing else.
  document.addEventListener("keydown", (event) => event.target.matches?.(BOX) && press(event), true);
}

/** Forget what was offered, as the sources have changed. */
export function forgetCompletions() {
  known = null;
  if (find(BOX) && document.activeElement === find(BOX)) learn();
}

async function learn() {
  prepareBox();
  if (known) return known;
  // Those who type before it is there wait for one and the same.
  const asked = request("completions").then(prepared, () => null);
  known = asked;
  const reply = await asked;
  // The line of the state tells of a server that does not answer; it is asked again.
  if (!reply && known === asked) known = null;
  return reply;
}

async function complete() {
  const box = find(BOX);
  const typed = box.value;
  const lines = await learn();
  if (find(BOX).value !== typed || document.activeElement !== box) return;
  show(lines ? completionsOf(typed, lines) : []);
}

function press(event) {
  if (!offered.length || event.isComposing || event.keyCode === 229) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const act = {
    ArrowDown: () => activate(active + 1 < offered.length ? active + 1 : -1),
    ArrowUp: () => activate(active >= 0 ? active - 1 : offered.length - 1),
    Escape: hide,
  }[event.key];
  if (act || (event.key === "Enter" && active >= 0)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (act) act();
    else choose(active);
  } else if (event.key === "Enter" || event.key === "Tab") {
    hide();
  }
}

function choose(place) {
  const box = find(BOX);
  const { text, source } = offered[place];
  // A document is no question yet: it is asked for what is typed next.
  if (source) restrictTo("source", source);
  box.value = source ? "" : text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.setSelectionRange(box.value.length, box.value.length);
  hide();
  tell(source ? say("Only this source: {title}", { title: text }) : "");
}

// The list

function show(lines) {
  const list = find("#completions");
  offered = lines;
  list.replaceChildren(...lines.map(option));
  list.hidden = !lines.length;
  activate(-1);
  tell(lines.length ? say("{count} suggestions", { count: lines.length }) : "");
}

function hide() {
  if (offered.length) show([]);
}

function option({ text, source }, place) {
  const kind = source && make("span", { className: "completion-kind", textContent: say("Only this source") });
  const made = make("li", { id: `completion-${place}` }, make("bdi", { textContent: text }), kind);
  made.setAttribute("role", "option");
  return made;
}

function activate(place) {
  active = place;
  const options = findAll("#completions li");
  options.forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
  if (place < 0) {
    find(BOX).removeAttribute("aria-activedescendant");
    return;
  }
  find(BOX).setAttribute("aria-activedescendant", options[place].id);
  options[place].scrollIntoView({ block: "nearest" });
}

// A screen reader hears of it in its own time; nobody hears the same twice.
function tell(said) {
  const line = find("#completions-line");
  if (line.textContent !== said) line.textContent = said;
}

// Gradio draws the box, and may draw it anew.
function prepareBox() {
  const box = find(BOX);
  if (box.hasAttribute("aria-autocomplete") && find("#completions")) return;
  const list = make("ul", { id: "completions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("Suggestions"));
  // The box keeps the focus.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const place = findAll("li", list).indexOf(target.closest("li"));
    if (place >= 0) choose(place);
  });
  const line = make("p", { id: "completions-line", className: "unseen" });
  line.setAttribute("role", "status");
  find("#completions")?.remove();
  find("#completions-line")?.remove();
  find("#composer").append(list, line);
  // HTML lets a text area of several lines be a text box only, and no combobox, which would say
  // whether it is expanded: the line beside it says how many options there are.
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-haspopup", "listbox");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("autocomplete", "off");
}
