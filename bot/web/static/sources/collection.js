// The list of sources: indexed and skipped files, and the controls to add, remove and rebuild.

import { find, make, post, request } from "../shared/dom.js";
import { momentOf, say, written } from "../shared/language.js";
import { review } from "./review.js";
import { describeProgress, describeReport, timeLeft } from "./runs.js";
import { refreshState } from "../shared/state.js";

const collection = find("#collection");
let lastRun = null;
let lastListing = "";

// Labels that say whether a source's file is still as it was indexed.
const STATES = {
  current: say("Up to date"),
  changed: say("File changed"),
  removed: say("File removed"),
  renamed: say("File renamed"),
};

/** Listen to the buttons, the file chooser and dropped files. */
export function watchCollection() {
  find(".rebuild").addEventListener("click", () => startRun({ rebuild: true }));
  find(".update").addEventListener("click", () => startRun({}));
  find(".stop").addEventListener("click", () => attempt(() => post("sync/stop")));
  const chooser = find("#upload");
  chooser.addEventListener("change", async () => {
    const files = [...chooser.files];
    chooser.value = "";
    await upload(await review(files));
  });
  watchDrops();
}

/** Refresh the list, but don't redraw it when nothing changed: a click in progress would be
    lost. */
export async function showCollection() {
  try {
    const listing = await request("sources");
    showFault("");
    if (JSON.stringify(listing) !== lastListing) showListing(listing);
    lastListing = JSON.stringify(listing);
  } catch (error) {
    lastListing = "";
    find(".table-frame").hidden = true;
    showFault(error.message);
  }
}

function showListing(listing) {
  find(".collection-summary", collection).textContent = summary(listing);
  const focused = document.activeElement;
  find(".collection-outdated").hidden = listing.current;
  const body = find("#collection tbody");
  const isInList = body.contains(focused);
  body.replaceChildren(...listing.sources.map(row), ...listing.waiting.map(waitingRow));
  find(".table-frame").hidden = body.children.length === 0;
  if (isInList) focusAgain(focused);
  else if (focused.closest("[hidden]")) find(".rebuild").focus();
  find(".collection-empty").hidden = body.children.length > 0;
  showSkipped(listing.skipped);
}

// Focus the same control again; if it is gone, focus the list, or Upload if the list is hidden.
function focusAgain({ tagName, parentElement }) {
  const { source } = parentElement.closest("tr").dataset;
  const same = find(`#collection tr[data-source="${CSS.escape(source)}"] ${tagName}`);
  const frame = find(".table-frame");
  (same ?? (frame.hidden ? find("#upload") : frame)).focus({ preventScroll: true });
}

/** Show the state of the latest index run; fetch the list again when the run has ended. */
export function showRun(run) {
  const panel = find(".run");
  const focused = document.activeElement;
  panel.hidden = run.phase === "never";
  const running = run.phase === "running";
  find(".stop").hidden = !running;
  find(".rebuild").disabled = find(".update").disabled = running;
  const bar = find(".run progress");
  bar.hidden = !running;
  if (running) showProgress(bar, run.progress);
  else if (lastRun !== `${run.run} ${run.phase}`) showOutcome(run);
  lastRun = `${run.run} ${run.phase}`;
  // A control that is disabled or hidden loses the focus; the other button of the run takes it.
  if (running && focused.matches(".rebuild, .update")) find(".stop").focus();
  if (!running && focused === find(".stop")) find(".rebuild").focus();
}

function showProgress(bar, progress) {
  if (progress?.total) {
    bar.max = progress.total;
    bar.value = progress.done;
  } else {
    bar.removeAttribute("value");
  }
  const left = timeLeft(progress);
  find(".run-text").textContent = [describeProgress(progress), left].filter(Boolean).join(" · ");
  find(".run-details").replaceChildren();
}

function showOutcome(run) {
  const text = {
    finished: () => describeReport(run.report).text,
    stopped: () => say("Stopped. The index is as it was before."),
    failed: () => run.fault,
    never: () => "",
  };
  find(".run-text").textContent = text[run.phase]();
  const details = run.phase === "finished" ? describeReport(run.report).details : [];
  find(".run-details").replaceChildren(...details);
  if (!collection.hidden) showCollection();
}

function summary(listing) {
  return say("{sources}, {passages} · generation {generation}, built {moment}", {
    sources: say("{count} sources", { count: listing.sources.length }),
    passages: say("{count} passages", { count: listing.passages }),
    generation: String(listing.generation),
    moment: momentOf(listing.created),
  });
}

function row(source) {
  const link = make("a", {
    href: `#src/${encodeURIComponent(source.id)}/0-0`,
    textContent: source.title,
  });
  const remove = make("button", { type: "button", className: "remove", textContent: say("Remove") });
  remove.setAttribute("aria-label", say("Remove {title}", { title: source.title }));
  remove.addEventListener("click", () => confirmRemoval(source));
  const heading = make("th", {}, make("bdi", {}, link));
  heading.scope = "row";
  const paths = [source.path, ...source.also_at].join(", ");
  const made = make(
    "tr",
    {},
    heading,
    cell(say("Publisher"), source.publisher),
    cell(say("Date"), source.date, "date"),
    cell(say("Format"), source.format),
    cell(say("Passages"), written(source.passages), "number"),
    cell(say("State"), STATES[source.state], `state ${source.state}`),
    cell(say("File"), paths, "file"),
    make("td", { className: "writing" }, remove),
  );
  made.dataset.source = source.id;
  return made;
}

// The row of a file that the next index run will read.
function waitingRow(path) {
  const heading = make("th", {}, make("bdi", {}, path));
  heading.scope = "row";
  return make(
    "tr",
    {},
    heading,
    cell(say("Publisher")),
    cell(say("Date")),
    cell(say("Format")),
    cell(say("Passages"), null, "number"),
    cell(say("State"), say("Not read yet"), "state added"),
    cell(say("File"), path, "file"),
    make("td", { className: "writing" }),
  );
}

function cell(label, text, className = "") {
  const made = make("td", { className }, text ?? "–");
  made.dataset.label = label;
  made.classList.toggle("empty", !text);
  return made;
}

function showSkipped(files) {
  find(".skipped").hidden = files.length === 0;
  // A PDF without text has an id, and its pages can be shown.
  const named = ({ id, path: textContent }) =>
    id ? make("a", { href: `#src/${encodeURIComponent(id)}/0-0`, textContent }) : textContent;
  const items = files.map((file) =>
    make("li", {}, make("strong", {}, named(file)), `: ${file.reason}`),
  );
  find(".skipped ul").replaceChildren(...items);
}

function confirmRemoval(source) {
  const dialog = find("#confirm-removal");
  const paths = [source.path, ...source.also_at].join(", ");
  find("#confirm-removal .confirm-text").textContent = say(
    "“{title}” will no longer be quoted, and its file is deleted: {paths}. This cannot be undone.",
    { title: source.title, paths },
  );
  dialog.returnValue = "keep";
  dialog.onclose = () => {
    if (dialog.returnValue === "remove") remove(source);
  };
  dialog.showModal();
}

async function remove(source) {
  const address = `sources/${encodeURIComponent(source.id)}`;
  await attempt(() => request(address, { method: "DELETE" }));
}

async function startRun(options) {
  await attempt(() => post("sync", options));
}

// One index run for all files: it starts after the last upload.
async function upload(files) {
  if (files.length === 0) return;
  const results = find(".upload-results");
  results.replaceChildren();
  let added = 0;
  for (const file of files) {
    const item = make("li", {}, say("{name}: being added…", { name: file.name }));
    results.append(item);
    if (await uploadOne(file, item)) added += 1;
  }
  if (added) await startRun({});
  else await refreshState();
}

async function uploadOne(file, item) {
  try {
    const address = `sources?name=${encodeURIComponent(file.name)}&sync=false`;
    const added = await request(address, { method: "POST", body: file });
    item.textContent = say("{name}: added as {path}", { name: file.name, path: added.path });
    return true;
  } catch (error) {
    item.className = "failed";
    item.textContent = error.message.includes(file.name)
      ? error.message
      : `${file.name}: ${error.message}`;
    return false;
  }
}

async function attempt(action) {
  try {
    await action();
    showFault("");
  } catch (error) {
    showFault(error.message);
  }
  await refreshState();
}

function showFault(message) {
  const line = find(".collection-fault");
  line.hidden = !message;
  line.textContent = message;
}

function watchDrops() {
  const carriesFiles = (event) =>
    event.dataTransfer?.types.includes("Files") &&
    !document.body.classList.contains("read-only");
  collection.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    collection.classList.add("receiving");
  });
  for (const name of ["dragleave", "drop"]) {
    collection.addEventListener(name, () => collection.classList.remove("receiving"));
  }
  collection.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    review([...event.dataTransfer.files]).then(upload);
  });
}
