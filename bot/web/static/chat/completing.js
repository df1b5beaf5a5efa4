// Offers questions of the corpus and titles of its sources while the reader types a question. The
// keys are those of a combobox; Enter sends the typed text unless the reader chose an option with
// an arrow key.

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
    // Ignore changes by a script, and unfinished text of an input method.
    if (event.isTrusted && !event.isComposing) complete();
    else hide();
  });
  document.addEventListener("compositionend", ({ target }) => target.matches(BOX) && complete());
  // Capture the key before other listeners: Escape closes the list and nothing else.
  document.addEventListener("keydown", (event) => event.target.matches?.(BOX) && press(event), true);
}

/** Discard the cached completions, since the sources have changed. */
export function forgetCompletions() {
  known = null;
  if (find(BOX) && document.activeElement === find(BOX)) learn();
}

async function learn() {
  prepareBox();
  if (known) return known;
  // Keystrokes before the reply all wait for the same request.
  const asked = request("completions").then(prepared, () => null);
  known = asked;
  const reply = await asked;
  // The status line reports a server that does not answer; the next keystroke asks again.
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
  // A title is not a question yet: it becomes the filter of the question typed next.
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

// A delay lets the screen reader finish; the same message is not announced twice.
function tell(said) {
  const line = find("#completions-line");
  if (line.textContent !== said) line.textContent = said;
}

// Gradio creates the box and may replace it later.
function prepareBox() {
  const box = find(BOX);
  if (box.hasAttribute("aria-autocomplete") && find("#completions")) return;
  const list = make("ul", { id: "completions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("Suggestions"));
  // Keep the focus in the box.
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
  // HTML allows a multi-line text area to be a text box only. It cannot be a combobox, which would
  // announce whether it is expanded, so the line beside it announces the number of options.
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-haspopup", "listbox");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("autocomplete", "off");
}
