/** Numbers of a command line. */

/** A number as people write it; JavaScript would take a blank for 0. */
export const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Joins the numbers behind a flag of several by commas: `--weights 2 1` is `--weights 2,1`. */
export function joinedNumbers(args: readonly string[], lists: readonly string[]): string[] {
  const words: string[] = [];
  let isList = false;
  for (const arg of args) {
    const last = words.at(-1);
    if (isList && DECIMAL.test(arg) && last !== undefined && DECIMAL.test(last.split(",")[0]!)) {
      words.push(`${words.pop()},${arg}`);
      continue;
    }
    if (arg.startsWith("--")) isList = lists.includes(arg.slice(2));
    words.push(arg);
  }
  return words;
}
