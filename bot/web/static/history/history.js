// Lists the conversations that this browser has kept, and opens, exports and deletes them.

import { find, findAll, focusBox, make, post, requestFile } from "../shared/dom.js";
import { visit, visitNewConversation } from "../chat/entries.js";
import { saveFile } from "../shared/files.js";
import { current, forget, keepAnswers, restoreForgotten, tell, turnTo } from "../chat/keeping.js";
import { momentOf, say } from "../shared/language.js";
import { conversations, dropAll, exchangesOf } from "../shared/storage.js";
import { dropUndo, offerUndo } from "../shared/undo.js";

const NAMES_OF_FILES = {
  markdown: "md",
  json: "json",
  bibtex: "bib",
  ris: "ris",
  csl: "csl.json",
};

/** Listen to the buttons. */
export function watchHistory() {
  find(".delete-all").addEventListener("click", confirmDeletion);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#start-over")) begin();
    const save = event.target.closest?.("[data-save]");
    if (save) saveAs(save.dataset.save, save.closest("[data-conversation]")?.dataset.conversation);
    // A click by a script must not close the menus.
    if (!event.isTrusted) return;
    for (const menu of findAll("details.menu[open]")) {
      if (menu.contains(event.target) && !save) continue;
      if (menu.contains(document.activeElement)) find("summary", menu).focus();
      menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
    if (!menu) return;
    event.stopPropagation();
    menu.open = false;
    find("summary", menu).focus();
  });
}

/** Refresh the list. */
export async function showHistory() {
  await keepAnswers();
  const kept = await conversations();
  find("#history ol").replaceChildren(...kept.map(row));
  find(".history-empty").hidden = kept.length > 0;
  find(".delete-all").hidden = kept.length === 0;
}

/** Start a new conversation; the previous one stays in the list. */
export async function begin() {
  await keepAnswers();
  await visitNewConversation();
  focusBox();
}

function row(conversation) {
  const link = make("a", { href: "#chat", textContent: conversation.title });
  link.addEventListener("click", (event) => {
    event.preventDefault();
    visit("#chat", { conversation: conversation.id });
  });
  const questions = say("{count} questions", { count: conversation.count });
  const item = make(
    "li",
    {},
    make("bdi", {}, link),
    make("p", {}, `${questions} · ${momentOf(conversation.updated)}`),
    menu(conversation),
    deletion(conversation),
  );
  item.dataset.conversation = conversation.id;
  if (conversation.id === current()) link.setAttribute("aria-current", "true");
  return item;
}

function menu(conversation) {
  const made = find("#save").cloneNode(true);
  made.removeAttribute("id");
  made.hidden = made.open = false;
  find("summary", made).setAttribute("aria-label", say("Save {title}", { title: conversation.title }));
  return made;
}

function deletion(conversation) {
  const button = make("button", { type: "button", className: "button", textContent: say("Delete") });
  button.setAttribute("aria-label", say("Delete {title}", { title: conversation.title }));
  button.addEventListener("click", () => deleteOne(conversation));
  return button;
}

async function deleteOne(conversation) {
  const { id, title } = conversation;
  const wasShown = id === current();
  await keepAnswers();
  const exchanges = await exchangesOf(id);
  await forgetAll([conversation]);
  offerUndo(say("Deleted: “{title}”", { title }), async () => {
    await restoreForgotten(conversation, exchanges);
    if (wasShown) await turnTo(id);
    await showHistory();
    find(`#history [data-conversation="${CSS.escape(id)}"] a`)?.focus();
  });
}

function confirmDeletion() {
  const dialog = find("#confirm-deletion");
  dialog.returnValue = "keep";
  dialog.onclose = async () => {
    if (dialog.returnValue !== "delete") return;
    const listed = await conversations();
    dropUndo();
    await dropAll();
    await forgetAll(listed);
    find("#history-title").focus();
  };
  dialog.showModal();
}

async function forgetAll(listed) {
  let failure = "";
  for (const { id } of listed) {
    try {
      await forget(id);
    } catch ({ message }) {
      failure = say("Deleted from this browser, but not from the memory of pincite: {message}", { message });
    }
  }
  await showHistory();
  if (failure) tell(failure);
}

async function saveAs(format, id = current()) {
  if (id === current()) await keepAnswers();
  try {
    const kept = await exchangesOf(id);
    // A browser without a database has no exchanges; the server has the latest ones.
    const exchanges = kept.length ? kept : (await post("conversation", { tab: id })).exchanges;
    const file = await requestFile("export", { format, exchanges });
    saveFile(file, `pincite DAY.${NAMES_OF_FILES[format]}`);
    tell("");
  } catch ({ message }) {
    tell(message);
  }
}
