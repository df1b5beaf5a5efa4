// The owner's view of unanswered questions, in groups of similar questions.

import { attach, watchAttaching } from "./attaching.js";
import { find, make, post, request, requestFile } from "../shared/dom.js";
import { saveFile } from "../shared/files.js";
import { momentOf, say } from "../shared/language.js";
import { ask } from "../chat/sending.js";
import { refreshState } from "../shared/state.js";

const KINDS = { unanswered: say("not answered"), down: say("thumb down") };
const REASONS = {
  "wrong passage": say("wrong passage"),
  incomplete: say("incomplete"),
  "out of date": say("out of date"),
  other: say("other"),
};

/** Listen to the buttons. */
export function watchGaps() {
  find("#gaps").addEventListener("click", (event) => {
    const format = event.target.closest?.("[data-gaps]")?.dataset.gaps;
    if (format) attempt(() => save(format));
  });
  find(".approve-other").addEventListener("click", () => attach("", note));
  watchAttaching();
}

/** Refresh the list. */
export async function showGaps() {
  const line = find(".gaps-summary");
  // The first analysis of many questions takes a while.
  line.textContent ||= say("Looking through the questions…");
  await attempt(async () => {
    const { clusters, thumbs, approved } = await request("gaps");
    line.textContent = summary(clusters, thumbs);
    find(".gaps-list").replaceChildren(...clusters.map(row));
    find(".gaps-empty").hidden = clusters.length > 0;
    find(".gaps-save").hidden = clusters.length === 0;
    find(".approved-list").replaceChildren(...approved.map(approvedRow));
  });
  if (!find(".gaps-fault").hidden) line.textContent = "";
}

function summary(clusters, thumbs) {
  const questions = clusters.reduce((sum, cluster) => sum + cluster.questions.length, 0);
  return say("{gaps}, {questions} · {up}, {down}", {
    gaps: say("{count} gaps", { count: clusters.length }),
    questions: say("{count} questions", { count: questions }),
    up: say("{count} thumbs up", { count: thumbs.up }),
    down: say("{count} thumbs down", { count: thumbs.down }),
  });
}

function row(cluster) {
  const [first, ...others] = cluster.questions;
  const actions = make(
    "div",
    { className: "gap-actions" },
    button(say("Attach a passage"), first.question, () => attach(first.question, () => settle(cluster))),
    button(say("Ask in the chat"), first.question, () => askInChat(first.question)),
    button(say("Dismiss"), first.question, () => dismiss(cluster)),
  );
  return make(
    "li",
    { className: "gap" },
    make("span", { className: "gap-count", title: say("How often") }, String(cluster.count)),
    make(
      "div",
      { className: "gap-said" },
      make("h3", { dir: "auto" }, first.question),
      make("p", { className: "gap-facts" }, facts(cluster)),
      ...remarks(first),
      others.length ? list(others) : null,
    ),
    actions,
  );
}

function facts(cluster) {
  const counted = [
    ...Object.entries(cluster.kinds).map(([kind, times]) => `${times} × ${KINDS[kind] ?? kind}`),
    ...Object.entries(cluster.reasons).map(([reason, times]) => `${times} × ${REASONS[reason] ?? reason}`),
  ];
  return [...counted, say("last {moment}", { moment: momentOf(cluster.latest) })].join(" · ");
}

function list(others) {
  const items = others.map((asked) =>
    make(
      "li",
      {},
      make("bdi", {}, asked.question),
      asked.count > 1 ? ` (${say("{count} times", { count: asked.count })})` : null,
      ...remarks(asked),
    ),
  );
  return make(
    "details",
    { className: "gap-others" },
    make("summary", {}, say("{count} more wordings", { count: others.length })),
    make("ul", {}, ...items),
  );
}

function remarks(asked) {
  const texts = asked.remarks.filter(({ text }) => text);
  return texts.map(({ text }) => make("q", { className: "gap-remark", dir: "auto" }, text));
}

function button(text, question, action) {
  const made = make("button", { type: "button", className: "button", textContent: text });
  made.setAttribute("aria-label", `${text}: ${question}`);
  made.addEventListener("click", action);
  return made;
}

async function dismiss(cluster) {
  await attempt(() => close(cluster));
  await showGaps();
  focusList();
}

// Set the focus after a gap and its button were removed.
const focusList = () => (find(".gaps-list button") ?? find("#gaps-title")).focus();

const close = ({ questions }) => post("gaps/close", { questions: questions.map((one) => one.question) });

async function settle(cluster) {
  await attempt(() => close(cluster));
  await note();
  focusList();
}

async function note() {
  await showGaps();
  await refreshState();
  const line = find(".gaps-note");
  line.hidden = false;
  line.textContent = say("Approved. It answers as soon as the index is updated.");
}

function approvedRow(approved) {
  const { question, quote, path, state, start, end, source_id: id } = approved;
  const where = id
    ? make("a", { href: `#src/${encodeURIComponent(id)}/${start}-${end}`, textContent: path })
    : make("span", { className: "approved-gone" }, say("The passage has gone: {path}", { path }));
  const item = make(
    "li",
    {},
    make(
      "div",
      { className: "gap-said" },
      make("h4", { dir: "auto" }, question),
      quote === null ? null : make("blockquote", { dir: "auto" }, quote),
      make("p", { className: "gap-facts" }, where, ` · ${say("approved {day}", { day: approved.approved })}`),
    ),
    button(say("Remove"), question, async () => {
      await attempt(() => post("gaps/withdraw", { question }));
      await showGaps();
      await refreshState();
      find("#approved-title").focus();
    }),
  );
  item.dataset.state = state;
  return item;
}

function askInChat(question) {
  find('#masthead [data-view="chat"]').click();
  ask(question);
}

async function save(format) {
  find(".gaps-save summary").focus();
  find(".gaps-save").open = false;
  saveFile(await requestFile(`gaps/export?format=${format}`), `pincite gaps DAY.${format}`);
}

async function attempt(action) {
  const fault = find(".gaps-fault");
  try {
    await action();
    fault.hidden = true;
  } catch (error) {
    fault.textContent = error.message;
    fault.hidden = false;
  }
}
