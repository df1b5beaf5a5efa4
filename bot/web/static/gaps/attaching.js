// Dialog for approving a question: the owner searches for any words and chooses the passage that
// answers.

import { find, make, post } from "../shared/dom.js";
import { say } from "../shared/language.js";

let done = () => {};
let searches = 0;
let isSaving = false;

/** Listen to the dialog. */
export function watchAttaching() {
  const dialog = find("#attach");
  find(".attach-find").addEventListener("click", search);
  find("#attach-words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    search();
  });
  find(".attach-passages").addEventListener("change", () => (find(".attach-save").disabled = false));
  find(".attach-cancel").addEventListener("click", () => dialog.close());
  find("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    approve();
  });
}

/** Let the owner choose a passage for a question; call `whenDone` once the choice is stored. */
export function attach(question, whenDone) {
  done = whenDone;
  find("#attach-question").value = find("#attach-words").value = question;
  offer([]);
  showFault("");
  find("#attach").showModal();
  if (question) search();
  find(question ? "#attach-words" : "#attach-question").focus();
}

async function search() {
  const text = find("#attach-words").value.trim();
  if (!text) return;
  searches += 1;
  const own = searches;
  // Clear the passages of the previous search now: the reply would otherwise discard a choice among
  // them.
  offer([]);
  try {
    const passages = await post("gaps/passages", { text });
    // A later search may have been answered first.
    if (own !== searches) return;
    offer(passages);
    showFault(passages.length ? "" : say("No passage was found."));
  } catch (error) {
    if (own === searches) showFault(error.message);
  }
}

function offer(passages) {
  find(".attach-save").disabled = true;
  const [legend] = find(".attach-passages").children;
  find(".attach-passages").replaceChildren(legend, ...passages.map(choice));
}

function choice(passage) {
  return make(
    "label",
    {},
    make("input", { type: "radio", name: "passage", value: passage.passage_id }),
    make("cite", { dir: "auto" }, `${passage.title}, ${passage.locator}`),
    make("span", { dir: "auto" }, passage.text),
  );
}

async function approve() {
  const chosen = find(".attach-passages input:checked");
  if (!chosen || isSaving) return;
  isSaving = true;
  try {
    const question = find("#attach-question").value;
    await post("gaps/approve", { question, passage_id: chosen.value });
    find("#attach").close();
    await done();
  } catch (error) {
    showFault(error.message);
  } finally {
    isSaving = false;
  }
}

function showFault(message) {
  const line = find(".attach-fault");
  line.textContent = message;
  line.hidden = !message;
}
