/** Negative numbers as people type them: `--y -1`, which by itself would be a value missing and a flag `-1`. */

/** The words of a call, a negative number joined by = to the flag before it, if that takes a value. */
export function withNegatives(args: readonly string[], takers: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [i, arg] of args.entries()) {
    const flag = args[i - 1]?.match(/^--(.+)$/)?.[1];
    if (flag !== undefined && takers.includes(flag) && /^-(\.?\d|Infinity$)/.test(arg)) {
      joined.push(`${joined.pop()}=${arg}`);
    } else joined.push(arg);
  }
  return joined;
}
