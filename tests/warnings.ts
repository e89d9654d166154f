/** Catches what is warned of while something is done. */

/** What is warned of meanwhile. */
export async function warningsOf(act: () => Promise<void>): Promise<string[]> {
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => warnings.push(text);
  try {
    await act();
  } finally {
    console.warn = warn;
  }
  return warnings;
}
