/** Catches what is said on the console while something is done. */

/** What is said by `console.error` or `console.warn` from now on, until it is disposed of. */
export function saidBy(by: "error" | "warn"): Disposable & { readonly said: readonly string[] } {
  const usual = console[by];
  const said: string[] = [];
  console[by] = (text: string) => void said.push(text);
  return { said, [Symbol.dispose]: () => void (console[by] = usual) };
}

/** What is said on standard error meanwhile. */
export function saidWhile(act: () => void): readonly string[] {
  using caught = saidBy("error");
  act();
  return caught.said;
}

/** What is warned of meanwhile. */
export async function warningsOf(act: () => Promise<void>): Promise<readonly string[]> {
  using caught = saidBy("warn");
  await act();
  return caught.said;
}
