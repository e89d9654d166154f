/** Catches what is said on standard error while something is done. */

/** What is said meanwhile. */
export function saidWhile(act: () => void): string[] {
  const { error } = console;
  const said: string[] = [];
  console.error = (text: string) => said.push(text);
  try {
    act();
  } finally {
    console.error = error;
  }
  return said;
}
