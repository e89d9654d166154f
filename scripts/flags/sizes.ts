/** Sizes of memory as people write them. */

const UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
/** `512MiB`. */
export type Size = `${number}${keyof typeof UNITS}`;

/** The bytes of a size such as `2GiB`; undefined where the text is none. */
export function sizeInBytes(text: string): number | undefined {
  const [, count, unit = "B"] = text.match(/^([\d.]+) ?([KMGT]iB|B)?$/) ?? [];
  const bytes = Math.floor(Number(count) * UNITS[unit as keyof typeof UNITS]);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
