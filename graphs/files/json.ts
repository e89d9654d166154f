/** Parses the JSON that a file holds. */

/** No file of ours is nested as deep; what follows objects by recursion would run out of stack. */
const DEEPEST = 64;

/** The value of a text; throws a clause of `what` it is. */
export function parseJson(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError(`${what} is not JSON`);
  }
  if (isDeeper(value, DEEPEST)) {
    throw new SyntaxError(`${what} is nested more than ${DEEPEST} deep`);
  }
  return value;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((held) => isDeeper(held, depth - 1));
}
