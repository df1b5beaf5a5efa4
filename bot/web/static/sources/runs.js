// Describes index runs in words.

import { make } from "../shared/dom.js";
import { listing, say } from "../shared/language.js";

const STAGES = {
  reading: () => say("Reading"),
  embedding: () => say("Embedding"),
  writing: () => say("Writing the index"),
};
const COUNTED_STAGES = {
  reading: (values) => say("Reading, {done} of {count} files", values),
  embedding: (values) => say("Embedding, {done} of {count} passages", values),
  writing: (values) => say("Writing the index, {done} of {count} steps", values),
};

/** Return one line on the progress of a run; `progress` is null until its first step. */
export function describeProgress(progress) {
  if (!progress) return say("Starting…");
  const { stage, done, total, item } = progress;
  const words = total ? COUNTED_STAGES[stage]({ done, count: total }) : STAGES[stage]();
  return item ? `${words}: ${item}` : words;
}

/** Return the time left for the stage of a run; null while it is too early to tell. */
export function timeLeft(progress) {
  if (progress?.seconds_left == null) return null;
  const seconds = Math.ceil(progress.seconds_left);
  if (seconds < 60) return say("about {seconds} s left", { seconds });
  return say("about {minutes} min left", { minutes: Math.ceil(seconds / 60) });
}

/** Return a line for a finished run, and the lists behind it. */
export function describeReport(report) {
  const { added, changed, removed, unchanged } = report;
  const renamed = report.renamed.map((paths) => paths.join(" → "));
  const skipped = report.skipped.map((file) => `${file.path}: ${file.reason}`);
  const counts = [
    added.length && say("{number} added", { number: added.length }),
    changed.length && say("{number} changed", { number: changed.length }),
    removed.length && say("{number} removed", { number: removed.length }),
    renamed.length && say("{number} renamed", { number: renamed.length }),
    say("{number} unchanged", { number: unchanged }),
    skipped.length && say("{number} skipped", { number: skipped.length }),
  ];
  const lists = [
    [say("Added"), added],
    [say("Changed"), changed],
    [say("Removed"), removed],
    [say("Renamed"), renamed],
    [say("Skipped"), skipped],
    [say("Notes"), report.notes],
  ];
  return {
    text: say("Index is up to date, generation {generation}: {counts}.", {
      generation: String(report.generation),
      counts: listing(counts),
    }),
    details: lists.filter(([, items]) => items.length).flatMap(([name, items]) => [
      make("h3", {}, name),
      make("ul", {}, ...items.map((item) => make("li", {}, item))),
    ]),
  };
}
