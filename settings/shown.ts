/**
 * Shows in an error what came from outside: on one line, cut where it is long, and without letters that
 * would move a terminal's cursor or turn the text round.
 */

/** Letters of one value that an error shows, and values of a list. */
const MOST_LETTERS = 80;
const MOST_VALUES = 12;
const MOST_OF_MESSAGE = 300;

/** Controls, lone surrogates, separators of lines, and marks of direction. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A text on one line: what is unseen is escaped as in JSON. */
export function escaped(text: string): string {
  return text.replace(
    UNSEEN,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A text between quotes; what is special or unseen is escaped as in JSON. */
export function quoted(text: string, most = MOST_LETTERS): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return escaped(JSON.stringify(cut));
}

/** A value as text: a plain word or number as it stands, anything else quoted or as JSON, and cut. */
export function shown(value: unknown, most = MOST_LETTERS): string {
  if (typeof value === "string") {
    return value.length > most || value.search(UNSEEN) >= 0 ? quoted(value, most) : value;
  }
  if (typeof value !== "object" || value === null) return String(value);
  return shown(jsonOf(value), most);
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return Array.isArray(value) ? "a list" : "an object"; // it holds itself, or is nested too deep
  }
}

/** A library's message as a part of ours: it may cite what it read. */
export function messageOf(error: unknown): string {
  const message = escaped(error instanceof Error ? error.message : String(error));
  return message.length > MOST_OF_MESSAGE ? `${message.slice(0, MOST_OF_MESSAGE)}…` : message;
}

/** Names with commas between them; of many, the first and how many more. */
export function listed(names: readonly unknown[]): string {
  const first = names.slice(0, MOST_VALUES).map((name) => shown(name)).join(", ");
  return names.length > MOST_VALUES ? `${first} and ${names.length - MOST_VALUES} more` : first;
}
