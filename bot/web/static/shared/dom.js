// Small helpers shared by the page's scripts. Whatever comes from a document becomes a text node.

import { say } from "./language.js";

/** The first element that matches, or null. */
export const find = (selector, within = document) => within.querySelector(selector);

/** Every element that matches. */
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Put the focus into the question box; a phone has none to lose, and its keyboard would pop up. */
export function focusBox() {
  if (matchMedia("(hover: hover)").matches) find("#question textarea").focus();
}

/** Whether an element is drawn; what is folded up has a place and a size all the same. */
export const isShown = (element) => element.checkVisibility();

/** A new element with properties and children; strings among the children become text nodes. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Characters of a date or a place within a source that no line breaks, as in the server's answers.
const SHORT = 16;

/** What is known of a passage, as elements with signs between them. */
export const dotted = (texts) =>
  texts.filter(Boolean).flatMap((text, at) => {
    const className = text.length <= SHORT ? "short" : "";
    return [at ? " · " : "", make("bdi", { className, textContent: text })];
  });

/** JSON from one of the page's own addresses; an error carries the server's message and its whole reply. */
export async function request(path, options = {}) {
  return checked(await reply(path, options));
}

/** A file from one of the page's own addresses; with a value, which is posted as JSON. */
export async function requestFile(path, value) {
  const response = await reply(path, value === undefined ? {} : posting(value));
  return response.ok ? response.blob() : checked(response);
}

/** Post a JSON value. */
export const post = (path, value = {}) => request(path, posting(value));

async function reply(path, options) {
  try {
    return await fetch(`pincite/${path}`, options);
  } catch {
    throw new Error(say("pincite does not answer. Is it still running?"));
  }
}

async function checked(response) {
  const text = await response.text();
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = { error: text };
  }
  if (!response.ok) {
    const error = new Error(value.error ?? say("That request was not understood."));
    throw Object.assign(error, { reply: value });
  }
  return value;
}

const posting = (value) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});
