/** Reads NumPy's fixed-width text, `U` in UTF-32 and `S` in bytes, that spells numbers or booleans. */
import { quoted } from "../../settings/shown.ts";

/**
 * The size of such values and a function to read them; undefined if `code` is not text. `refuse` makes
 * the error.
 */
export function textType(
  code: string,
  refuse: (state: string) => Error,
): { bytes: number; read: (buffer: ArrayBuffer) => Float64Array } | undefined {
  const [, kind, width] = code.match(/^[<|=>]([US])(\d{1,9})$/) ?? [];
  if (kind === undefined) return undefined;
  const length = Number(width);
  if (length === 0) throw refuse(`it holds text of no letters (${code}): expected numbers`);
  return {
    bytes: kind === "U" ? 4 * length : length,
    read(buffer) {
      const units = kind === "U" ? new Uint32Array(buffer) : new Uint8Array(buffer);
      return Float64Array.from({ length: units.length / length }, (_, k) => {
        const text = textOf(units.subarray(k * length, (k + 1) * length));
        const value = numberOf(text);
        if (value !== undefined) return value;
        throw refuse(
          `it holds text (${code}) such as ${quoted(text)}: expected numbers, ` +
            "np.unique(labels, return_inverse=True)[1] gives each text its own",
        );
      });
    },
  };
}

/** A text without the zeros that pad it. */
function textOf(units: Uint32Array | Uint8Array): string {
  return Array.from(units, (unit) => String.fromCodePoint(unit <= 0x10ffff ? unit : 0xfffd))
    .join("").replace(/\0+$/, "").trim();
}

function numberOf(text: string): number | undefined {
  if (text === "True" || text === "False") return Number(text === "True");
  if (/^nan$/i.test(text)) return NaN;
  if (!/^[+-]?\d{1,20}(\.\d*)?$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
}
