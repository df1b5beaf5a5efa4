// Whether the model is loaded and an index run is under way, asked of the server now and then.

import { forgetCompletions } from "../chat/completing.js";
import { find, request } from "./dom.js";
import { learn } from "../chat/filtering.js";
import { say } from "./language.js";
import { limitQuestions } from "./limits.js";
import { checkSource } from "../source/source.js";

const BUSY_MILLISECONDS = 400;
const CALM_MILLISECONDS = 15_000;

// While the server does not answer, and at most so often when somebody begins to type.
const UNREACHABLE_MILLISECONDS = 2000;

const NEWS_MILLISECONDS = 30_000;

let timer = null;
let known = null;
let since = null;
let report = () => {};
let change = () => {};
let isDown = false;
let isLoaded = true;
let latest = 0;

/** Whether the model was loaded when the server was asked last. */
export const isReady = () => isLoaded;

/** Keep the status line up to date; `listener` is told how the latest index run stands, and
    `onChange` whether the server answers whenever that has changed. */
export function watchState(listener, onChange) {
  report = listener;
  change = onChange;
  for (const use of ["focusin", "input"]) {
    document.addEventListener(use, () => {
      if (performance.now() - latest > UNREACHABLE_MILLISECONDS) refreshState();
    });
  }
  document.addEventListener("visibilitychange", () => document.hidden || refreshState());
  refreshState();
}

/** Ask for the state now. */
export async function refreshState() {
  clearTimeout(timer);
  latest = performance.now();
  let pause = CALM_MILLISECONDS;
  try {
    const state = await request("state");
    document.body.classList.toggle("read-only", state.read_only);
    document.body.classList.toggle("collects-nothing", !state.collects_gaps);
    limitQuestions(state.max_question_characters);
    beginWithSources(state.has_sources);
    find("#upload").accept = state.accepts.join();
    find(".accepted").textContent = state.accepts.join(", ");
    isLoaded = state.ready;
    if (!state.ready || state.sync.phase === "running") pause = BUSY_MILLISECONDS;
    showState(state);
    report(state.sync);
    turn(false);
  } catch (error) {
    setLine(error.message, "fault");
    pause = UNREACHABLE_MILLISECONDS;
    turn(true);
  }
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refreshState, pause);
}

function turn(isDownNow) {
  if (isDownNow === isDown) return;
  isDown = isDownNow;
  change(!isDown);
}

// The first sources bring examples of what to ask.
function beginWithSources(hasSources) {
  const { classList } = document.body;
  if (hasSources && classList.contains("without-sources")) find("#show-examples").click();
  classList.toggle("without-sources", !hasSources);
}

function showState(state) {
  if (!state.ready) setLine(say("Loading the model…"), "busy");
  else if (state.sync.phase === "running") setLine(say("Updating the index…"), "busy");
  else if (state.fault) setLine(state.fault, "fault");
  else setLine(news(state.generation), "");
}

// The line says for a while that another generation answers now, in which a source may be gone.
function news(generation) {
  if (known !== null && generation !== null && generation !== known) {
    since = performance.now();
    checkSource();
    learn();
    forgetCompletions();
  }
  known = generation ?? known;
  const isNew = since !== null && performance.now() - since < NEWS_MILLISECONDS;
  return isNew ? say("Generation {number} of the index answers now", { number: String(known) }) : "";
}

function setLine(text, kind) {
  const line = find("#state");
  if (line.textContent !== text) line.textContent = text;
  line.className = kind;
  line.title = text;
}
