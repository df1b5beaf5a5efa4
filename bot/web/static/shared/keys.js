// Keyboard shortcuts for the conversation, and a dialog that lists them.

import { find, findAll, isShown } from "./dom.js";
import { pinFocused } from "../notebook/pinning.js";
import { isSourceOpen } from "../source/source.js";

const ARE_OFF = "pincite.letter-keys-off";

const dialog = find("#keys");
const choice = find("input", dialog);
let latest = null;

/** Listen to the keys, except in fields and dialogs. */
export function watchKeys() {
  choice.checked = !localStorage.getItem(ARE_OFF);
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(ARE_OFF);
    else localStorage.setItem(ARE_OFF, "yes");
  });
  find("#show-keys").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || find("dialog[open]")) return;
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actionOf({ key, altKey, ctrlKey, metaKey, target }) {
  if (altKey || ctrlKey || metaKey) return null;
  if (target.closest?.("input, textarea, select, [contenteditable]")) {
    // Escape moves the focus from the question box to the log: the shortcuts do not work in the
    // box.
    const isLeaving = key === "Escape" && target.closest("#question") && !isSourceOpen();
    return isLeaving ? () => find("#conversation [role=log]").focus({ preventScroll: true }) : null;
  }
  if (!choice.checked) return null;
  if (key === "?") return () => dialog.showModal();
  if (find("gradio-app").hidden) return null;
  const plain = {
    "/": () => find("#question textarea").focus(),
    n: () => step(1),
    p: () => step(-1),
    o: toggleAll,
    b: pinFocused,
  };
  return plain[key] ?? null;
}

// Open all passages of the newest answer, or close them if all are open.
function toggleAll() {
  const newest = findAll("#conversation .bot-row").at(-1);
  if (!newest) return;
  const folded = findAll(".rows details", newest);
  const isOpen = folded.every((row) => row.open);
  for (const row of folded) row.open = !isOpen;
}

// Step from the citation that has or had the focus; at first, start at the newest answer.
function step(by) {
  const chips = findAll("#conversation a.cite").filter(isShown);
  if (!chips.length) return;
  const here = chips.indexOf(chips.includes(document.activeElement) ? document.activeElement : latest);
  const newest = findAll("#conversation .bot-row").at(-1);
  const first = chips.findIndex((chip) => newest.contains(chip));
  let next = (here + by + chips.length) % chips.length;
  if (here < 0) next = by > 0 && first >= 0 ? first : chips.length - 1;
  latest = chips[next];
  (latest.closest(".quote") ?? latest).scrollIntoView({ block: "nearest" });
  latest.focus();
}
