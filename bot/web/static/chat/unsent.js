// Questions that were asked and of which this page has no answer yet. They outlive a reload: the
// server may have gone meanwhile.

const UNSENT = "pincite.unsent";

/** The questions of a conversation, in their order: {key, question, filter, alone}. */
export const unsentOf = (conversation) => all()[conversation] ?? [];

/** Remember a question of a conversation. */
export function rememberUnsent(conversation, asked) {
  save(conversation, [...unsentOf(conversation), asked]);
}

/** Forget a question of a conversation. */
export function dropUnsent(conversation, key) {
  save(conversation, unsentOf(conversation).filter((asked) => asked.key !== key));
}

/** Forget every question of a conversation. */
export const dropAllUnsent = (conversation) => save(conversation, []);

function save(conversation, questions) {
  const { [conversation]: before, ...others } = all();
  const kept = questions.length ? { ...others, [conversation]: questions } : others;
  sessionStorage.setItem(UNSENT, JSON.stringify(kept));
}

function all() {
  try {
    return JSON.parse(sessionStorage.getItem(UNSENT)) ?? {};
  } catch {
    return {};
  }
}
