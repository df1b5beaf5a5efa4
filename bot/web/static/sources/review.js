// Shows what pincite will read and skip in the chosen files, before any is added.

import { find, make, request } from "../shared/dom.js";
import { listing, say } from "../shared/language.js";

/** Show the content of each file; resolves to the files to add, or to none if the reader
    cancels. */
export async function review(files) {
  const dialog = find("#review");
  const list = find("ul", dialog);
  const add = find("button[value=add]", dialog);
  const readable = [];
  let isOpen = true;
  list.replaceChildren();
  add.disabled = true;
  dialog.returnValue = "cancel";
  const closed = new Promise((resolve) => {
    dialog.onclose = () => {
      isOpen = false;
      resolve(dialog.returnValue === "add");
    };
  });
  dialog.showModal();
  for (const file of files) {
    const item = make("li", {}, make("strong", {}, make("bdi", {}, file.name)), make("p", {}, say("Being read…")));
    list.append(item);
    if (await describe(file, item)) readable.push(file);
    if (!isOpen) return [];
    add.disabled = readable.length === 0;
    add.textContent = readable.length > 1 ? say("Add {count} files", { count: readable.length }) : say("Add");
  }
  return (await closed) ? readable : [];
}

async function describe(file, item) {
  const line = find("p", item);
  try {
    const address = `preview?name=${encodeURIComponent(file.name)}`;
    const found = await request(address, { method: "POST", body: file });
    line.remove();
    item.append(...found.flatMap((each) => lines(each, found.length > 1)));
    return true;
  } catch (error) {
    item.classList.add("failed");
    line.textContent = error.message;
    return false;
  }
}

function lines(preview, isMember) {
  const shown = [];
  const name = isMember ? `${preview.name}: ` : "";
  if (preview.reason) return [make("p", { className: "failed" }, `${name}${preview.reason}`)];
  if (preview.title !== null) {
    const sizes = listing([
      say("{count} passages", { count: preview.passages }),
      say("{count} characters", { count: preview.characters }),
    ]);
    shown.push(make("p", {}, name + say("“{title}”, {sizes}", { title: preview.title, sizes })));
  }
  if (preview.known) shown.push(make("p", {}, say("This very document is a source already.")));
  if (preview.skipped.length) {
    const reasons = listing(
      preview.skipped.map(([reason, count]) => `${reason} (${say("{count} blocks", { count })})`),
    );
    shown.push(make("p", { className: "skips" }, say("Will be skipped: {reasons}", { reasons })));
  }
  shown.push(...preview.notes.map((note) => make("p", { className: "skips" }, note)));
  return shown;
}
