import { butKind, kindOf, SAFETENSORS } from "../../../graphs/files/foreign_file.ts";
import { encodeSafetensors } from "../../../training/files/safetensors.ts";
import { assertEquals } from "../../assert.ts";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const KINDS: [first: string, kind: string | undefined][] = [
  ["PK\x03\x04\x14\x00", "a zip archive, as .npz and PyTorch's .pth files are"],
  ["\x80\x02\x8a\x0al\xfc", "a Python pickle, as PyTorch's older .pth files are"],
  ["\x80\x04\x95", "a Python pickle"],
  ["\x93NUMPY\x01\x00", "a NumPy array, as .npy files are"],
  ["\x89HDF\r\n\x1a\n", "an HDF5 file"],
  ["\x1f\x8b\x08", "a gzip file"],
  ["nodes,edges\n1,2\n", 'text that begins with "nodes,edges\\n1,2"'],
  ["{}", undefined],
  ["\x00\x01\x02", undefined],
  ["", undefined],
];

for (const [first, kind] of KINDS) {
  Deno.test(`kindOf() tells ${kind ?? `nothing of ${JSON.stringify(first)}`}`, () => {
    assertEquals(kindOf(bytes(first)), kind);
  });
}

Deno.test("kindOf() tells a pointer of Git LFS and how to fetch its file, and a safetensors file", () => {
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n";
  const kind = "a pointer of Git LFS, which stands for a file that git lfs pull fetches";
  assertEquals(butKind(bytes(pointer)), ` but ${kind}`);
  const tensors = new Map([["x", { shape: [1], data: Float32Array.of(1) }]]);
  assertEquals(kindOf(encodeSafetensors(tensors)), SAFETENSORS);
});
