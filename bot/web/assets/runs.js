// Index runs in words.

import { count, make } from "./dom.js";

const STAGES = {
  reading: ["Reading", "file"],
  embedding: ["Embedding", "passage"],
  writing: ["Writing the index", "step"],
};

/** One line for where a run is; `progress` is null until its first step. */
export function describeProgress(progress) {
  if (!progress) return "Starting…";
  const [words, unit] = STAGES[progress.stage] ?? [progress.stage, "step"];
  const item = progress.item ? `: ${progress.item}` : "";
  if (!progress.total) return `${words}${item}`;
  return `${words}, ${progress.done} of ${count(progress.total, unit)}${item}`;
}

// A guess from less than this would jump about.
const SHOWN_AFTER_MILLISECONDS = 3_000;

let began = null;

/** How long the stage of a run will take still, by its pace so far; null while it is too early. */
export function timeLeft(progress, now) {
  if (!progress?.total) return null;
  if (began?.stage !== progress.stage || progress.done < began.done) {
    began = { stage: progress.stage, done: progress.done, at: now };
  }
  const [passed, done] = [now - began.at, progress.done - began.done];
  if (passed < SHOWN_AFTER_MILLISECONDS || done === 0) return null;
  const seconds = Math.ceil(((passed / done) * (progress.total - progress.done)) / 1000);
  if (seconds < 60) return `about ${seconds} s left`;
  return `about ${Math.ceil(seconds / 60)} min left`;
}

/** A line and the lists behind it for a run that has finished. */
export function describeReport(report) {
  const groups = [
    ["added", report.added],
    ["changed", report.changed],
    ["removed", report.removed],
    ["renamed", report.renamed.map(([before, after]) => `${before} → ${after}`)],
  ].filter(([, paths]) => paths.length);
  const parts = groups.map(([name, paths]) => `${paths.length} ${name}`);
  parts.push(`${report.unchanged} unchanged`);
  if (report.skipped.length) parts.push(`${report.skipped.length} skipped`);
  const skipped = report.skipped.map((file) => `${file.path}: ${file.reason}`);
  const lists = [...groups, ["skipped", skipped], ["notes", report.notes]];
  return {
    text: `Index is up to date, generation ${report.generation}: ${parts.join(", ")}.`,
    details: lists.filter(([, items]) => items.length).flatMap(([name, items]) => [
      make("h3", {}, name[0].toUpperCase() + name.slice(1)),
      make("ul", {}, ...items.map((item) => make("li", {}, item))),
    ]),
  };
}
