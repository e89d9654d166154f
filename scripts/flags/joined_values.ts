/**
 * Lets negative numbers and empty texts be flags' values: `--y -1` would otherwise be a missing value and a
 * flag `-1`, and `--out ""`, as of a variable that is unset, a missing value and a word.
 */

/** Joins each of those in a call to the flag before it, by `=`, if that flag takes a value. */
export function joinedValues(args: readonly string[], takers: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [i, arg] of args.entries()) {
    const flag = args[i - 1]?.match(/^--(.+)$/)?.[1];
    if (flag !== undefined && takers.includes(flag) && /^-(\.?\d|Infinity$)|^$/.test(arg)) {
      joined.push(`${joined.pop()}=${arg}`);
    } else joined.push(arg);
  }
  return joined;
}
