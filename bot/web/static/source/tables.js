// Lays out tables. A row is a line of the text, " | " separates its cells, and a cell may start
// with the name of its column.

import { make } from "../shared/dom.js";

const SEPARATOR = " | ";
const LABEL = /^([^:|\n]{1,100}): /;
const MOST_COLUMNS = 9;
const MOST_CHARACTERS = 90;

/** Append the blocks as one table; returns the offset reached. */
export function tableOf(ink, target, blocks) {
  const { start } = blocks[0];
  const { end } = blocks.at(-1);
  const rows = blocks.flatMap((block) => rowsOf(ink, block));
  ink.hush(target, start, rows[0]?.start ?? start);
  const columns = columnsOf(rows);
  const width = Math.max(...rows.map((row) => row.cells.length));
  if (columns?.length && rows.length > 1 && columns.length <= MOST_COLUMNS && areShort(rows)) {
    grid(ink, target, rows, { columns, end });
  } else if (columns?.length) {
    records(ink, target, rows, end);
  } else if (width > 1) {
    grid(ink, target, rows, { hasHeader: hasHeader(rows, ink), end });
  } else {
    const plain = make("div", { className: "code" });
    ink.write(plain, rows[0]?.start ?? start, end);
    target.append(plain);
  }
  return end;
}

function rowsOf(ink, block) {
  const rows = [];
  let start = block.start;
  for (const line of ink.slice(block.start, block.end).split("\n")) {
    if (line.trim()) rows.push({ start, cells: cellsOf(line, start) });
    start += line.length + 1;
  }
  return rows;
}

function cellsOf(line, start) {
  const cells = [];
  let from = 0;
  for (const text of line.split(SEPARATOR)) {
    const label = LABEL.exec(text);
    cells.push({
      start: start + from,
      end: start + from + text.length,
      name: label?.[1] ?? null,
      value: start + from + (label?.[0].length ?? 0),
    });
    from += text.length + SEPARATOR.length;
  }
  return cells;
}

// Return the column names if every cell names its column, in the same order in all rows.
function columnsOf(rows) {
  const columns = [];
  for (const { cells } of rows) {
    let place = -1;
    for (const { name } of cells) {
      if (name === null) return null;
      const known = columns.indexOf(name);
      if (known >= 0 && known <= place) return null;
      if (known < 0) columns.splice(place + 1, 0, name);
      place = columns.indexOf(name);
    }
  }
  return columns;
}

function areShort(rows) {
  return rows.every(({ cells }) => cells.every((cell) => cell.end - cell.value <= MOST_CHARACTERS));
}

// In Markdown, a blank line follows the header; elsewhere, figures distinguish values from names.
function hasHeader(rows, ink) {
  if (rows.length < 2) return false;
  const [first, second] = rows;
  const between = ink.slice(first.cells.at(-1).end, second.start);
  if (between.split("\n").length > 2) return true;
  const hasFigures = (row) => /\d/.test(ink.slice(row.start, row.cells.at(-1).end));
  return !hasFigures(first) && rows.slice(1).some(hasFigures);
}

function grid(ink, target, rows, { columns, hasHeader: isNamed, end }) {
  const table = make("table");
  if (columns) table.append(make("thead", {}, make("tr", {}, ...columns.map(columnHeader))));
  const body = make("tbody");
  rows.forEach((row, index) => {
    const next = rows[index + 1]?.start ?? end;
    const line = make("tr");
    const places = columns ?? row.cells;
    let at = 0;
    for (const column of places) {
      const cell = make(isNamed && index === 0 ? "th" : "td", { dir: "auto" });
      if (cell.tagName === "TH") cell.scope = "col";
      line.append(cell);
      if (columns && row.cells[at]?.name !== column) continue;
      const { start, value, end: stop } = row.cells[at];
      ink.hush(cell, start, columns ? value : start, "quiet label");
      ink.write(cell, columns ? value : start, stop);
      at += 1;
      ink.hush(cell, stop, row.cells[at]?.start ?? next);
    }
    body.append(line);
  });
  table.append(body);
  target.append(make("div", { className: "table" }, table));
}

// Every cell repeats the name in the text, so the header shows it from an attribute.
function columnHeader(name) {
  const header = make("th", { scope: "col", dir: "auto" });
  header.dataset.label = name;
  header.setAttribute("aria-label", name);
  return header;
}

function records(ink, target, rows, end) {
  rows.forEach((row, index) => {
    const next = rows[index + 1]?.start ?? end;
    const record = make("div", { className: "record" });
    row.cells.forEach((cell, at) => {
      const field = make("div", { className: "field", dir: "auto" });
      const label = make("span", { className: "label" });
      ink.write(label, cell.start, cell.value);
      const value = make("span", { className: "value" });
      ink.write(value, cell.value, cell.end);
      ink.hush(value, cell.end, row.cells[at + 1]?.start ?? next);
      field.append(label, value);
      record.append(field);
    });
    target.append(record);
  });
}
