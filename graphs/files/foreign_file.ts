/** Recognises files of other formats by their first bytes, for error messages. */
import { quoted } from "../../settings/shown.ts";

/** The first bytes of formats that are often mistaken for another. */
const KINDS: readonly [magic: string, kind: string][] = [
  [
    "version https://git-lfs",
    "a pointer of Git LFS, which stands for a file that git lfs pull fetches",
  ],
  ["PK\x03\x04", "a zip archive, as .npz and PyTorch's .pth files are"],
  ["\x80\x02", "a Python pickle, as PyTorch's older .pth files are"],
  ["\x80\x03", "a Python pickle"],
  ["\x80\x04", "a Python pickle"],
  ["\x80\x05", "a Python pickle"],
  ["\x93NUMPY", "a NumPy array, as .npy files are"],
  ["\x89HDF\r\n", "an HDF5 file"],
  ["\x1f\x8b", "a gzip file"],
];

/** Recognised last, by a length and the beginning of JSON alone. */
export const SAFETENSORS = "a safetensors file";

/** Bytes of a text that messages show. */
const SHOWN = 32;

/** The kind of a file by its first bytes, such as `a zip archive`; undefined if unknown. */
export function kindOf(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, SHOWN));
  const [, kind] = KINDS.find(([magic]) => head.startsWith(magic)) ?? [];
  if (kind !== undefined) return kind;
  // Safetensors: the length of a header, then JSON.
  if (/^[^]{3}\0{5}\{/.test(head)) return SAFETENSORS;
  const text = /^[\t\n\r\x20-\x7e]{8,}$/.test(head);
  return text ? `text that begins with ${quoted(head.trim())}` : undefined;
}

/** ` but a zip archive`, to follow what the file is not; empty if its kind is unknown. */
export function butKind(bytes: Uint8Array): string {
  const kind = kindOf(bytes);
  return kind === undefined ? "" : ` but ${kind}`;
}
