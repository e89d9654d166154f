import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
} from "../../../training/files/safetensors.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { flippedBits } from "../../graphs/damage.ts";

/** A file of any header, right or wrong, and zeros for data. */
function file(header: unknown, dataBytes: number, padding = ""): Uint8Array<ArrayBuffer> {
  const text = (typeof header === "string" ? header : JSON.stringify(header)) + padding;
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (dtype: string, shape: number[], ...data_offsets: number[]) => (
  { dtype, shape, data_offsets }
);

const headerLength = (bytes: Uint8Array) =>
  Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));

Deno.test("encodeSafetensors() and decodeSafetensors() round-trip every type", () => {
  const tensors = new Map<string, StoredTensor>([
    ["bytes", { shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ["weight", { shape: [2, 3], data: Float32Array.of(1, -0, NaN, Infinity, 1e-45, 3) }],
    ["ids", { shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }],
    ["loss", { shape: [], data: Float32Array.of(0.25) }],
    ["double", { shape: [1, 1], data: Float64Array.of(Math.PI) }],
    ["empty", { shape: [0, 7], data: new Float32Array(0) }],
    ["signed", { shape: [2], data: Int32Array.of(-(2 ** 31), 5) }],
    ["unsigned", { shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
    ["größe", { shape: [1], data: Uint8Array.of(7) }],
    ["__proto__", { shape: [1], data: Uint8Array.of(8) }],
  ]);
  const metadata = { model: "RevGnn", note: "“ε”" };
  const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata), "a.safetensors");
  assertEquals(decoded.metadata, metadata);
  assertEquals(decoded.tensors.size, tensors.size);
  for (const [name, tensor] of tensors) assertEquals(decoded.tensors.get(name), tensor);
});

Deno.test("encodeSafetensors() pads the header with spaces to eight bytes", () => {
  for (let length = 1; length <= 8; length++) {
    const name = "x".repeat(length);
    const bytes = encodeSafetensors(
      new Map([[name, { shape: [1], data: Float32Array.of(1) }]]),
    );
    const text = JSON.stringify({ [name]: entry("F32", [1], 0, 4) });
    assertEquals(headerLength(bytes) % 8, 0);
    assertEquals(
      new TextDecoder().decode(bytes.subarray(8, -4)),
      text.padEnd(headerLength(bytes), " "),
    );
  }
});

Deno.test("encodeSafetensors() writes a view's own part of its buffer", () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const bytes = encodeSafetensors(new Map([["x", { shape: [2], data }]]));
  assertEquals(decodeSafetensors(bytes, "x").tensors.get("x")?.data, Float32Array.of(2, 3));
});

Deno.test("encodeSafetensors() refuses a wrong shape and a reserved name", () => {
  const data = new Float32Array(5);
  assertThrows(
    () => encodeSafetensors(new Map([["w", { shape: [2, 3], data }]])),
    RangeError,
    'Cannot write tensor "w": shape [2, 3] holds 6 values, its data 5',
  );
  assertThrows(
    () => encodeSafetensors(new Map([["__metadata__", { shape: [5], data }]])),
    RangeError,
    'Cannot write a tensor named "__metadata__"',
  );
});

Deno.test("decodeSafetensors() reads misaligned tensors, by a copy", () => {
  for (let shift = 0; shift < 8; shift++) {
    const bytes = file(
      { a: entry("U8", [1], 0, 1), b: entry("F64", [], 1, 9), c: entry("F32", [2], 9, 17) },
      17,
      " ".repeat(shift),
    );
    const data = new DataView(bytes.buffer, bytes.length - 17);
    data.setUint8(0, 9);
    data.setFloat64(1, 1.5, true);
    data.setFloat32(9, -2.5, true);
    data.setFloat32(13, 3.5, true);
    const { tensors } = decodeSafetensors(bytes, "a.safetensors");
    assertEquals(tensors.get("a")?.data, Uint8Array.of(9));
    assertEquals(tensors.get("b")?.data, Float64Array.of(1.5));
    assertEquals(tensors.get("c")?.data, Float32Array.of(-2.5, 3.5));
  }
});

Deno.test("decodeSafetensors() copies nothing that is aligned", () => {
  const bytes = encodeSafetensors(new Map([["x", { shape: [2], data: Float32Array.of(1, 2) }]]));
  const { data } = decodeSafetensors(bytes, "x").tensors.get("x")!;
  assert(data.buffer === bytes.buffer);
});

Deno.test("decodeSafetensors() reads a file within a larger buffer, and one of no tensors", () => {
  const bytes = encodeSafetensors(new Map([["x", { shape: [1], data: Float32Array.of(6) }]]));
  const larger = new Uint8Array(bytes.length + 5);
  larger.set(bytes, 3);
  const inner = larger.subarray(3, 3 + bytes.length);
  assertEquals(decodeSafetensors(inner, "x").tensors.get("x")?.data, Float32Array.of(6));
  assertEquals(decodeSafetensors(encodeSafetensors(new Map()), "x").tensors.size, 0);
});

Deno.test("decodeSafetensors() refuses a damaged file, naming it and the tensor", () => {
  const f32 = (...offsets: number[]) => entry("F32", [2], ...offsets);
  const notJson = "Cannot read a.safetensors: its header is not JSON";
  const badEntry = 'Cannot read tensor "x" of a.safetensors: its entry needs dtype, shape and';
  const badMetadata = "Cannot read a.safetensors: its __metadata__ must map strings to strings";
  const cases: [Uint8Array<ArrayBuffer>, new () => Error, string][] = [
    [new Uint8Array(0), RangeError, "a.safetensors: it has 0 bytes, a header needs 8"],
    [file("{}", 0).subarray(0, 7), RangeError, "a.safetensors: it has 7 bytes, a header needs 8"],
    [file("{}", 0).subarray(0, 9), RangeError, "its header has 2 bytes, the file 1 for it"],
    [new Uint8Array(9).fill(255), RangeError, "its header has 18446744073709551615 bytes"],
    [file("{", 0), SyntaxError, notJson],
    [file("", 0), SyntaxError, notJson],
    [file('{"x\xff":', 0), SyntaxError, notJson],
    [file("[]", 0), SyntaxError, "Cannot read a.safetensors: its header is not a JSON object"],
    [file("null", 0), SyntaxError, "Cannot read a.safetensors: its header is not a JSON object"],
    [file({ __metadata__: { a: 1 } }, 0), SyntaxError, badMetadata],
    [file({ __metadata__: [] }, 0), SyntaxError, badMetadata],
    [file({ x: null }, 0), SyntaxError, badEntry],
    [file({ x: f32(0) }, 8), SyntaxError, badEntry],
    [file({ x: f32(-4, 4) }, 8), SyntaxError, badEntry],
    [file({ x: entry("F32", [1.5], 0, 6) }, 6), SyntaxError, badEntry],
    [file({ x: { shape: [2], data_offsets: [0, 8] } }, 8), SyntaxError, badEntry],
    [file({ x: entry("BF16", [4], 0, 6) }, 6), RangeError, "shape [4] holds 4 values, its data 3"],
    [file({ x: f32(0, 12) }, 12), RangeError, 'tensor "x" of a.safetensors: shape [2] holds 2 va'],
    [file({ x: f32(8, 0) }, 8), RangeError, "its data end at byte 0, before 8"],
    [file({ x: f32(0, 8) }, 7), RangeError, "its data end at byte 8, the file has 7"],
    [file({ x: f32(8, 16) }, 16), RangeError, "its data begin at byte 8, expected 0"],
    [
      file({ x: f32(0, 8), y: f32(4, 12) }, 12),
      RangeError,
      'Cannot read tensor "y" of a.safetensors: its data begin at byte 4, expected 8',
    ],
    [
      file({ x: f32(0, 8) }, 9),
      RangeError,
      "Cannot read a.safetensors: its tensors end at byte 8 of 9",
    ],
  ];
  for (const [bytes, errorClass, message] of cases) {
    assertThrows(() => decodeSafetensors(bytes, "a.safetensors"), errorClass, message);
  }
});

Deno.test("decodeSafetensors() refuses every truncation of a file", () => {
  const whole = encodeSafetensors(
    new Map([["x", { shape: [3], data: Float32Array.of(1, 2, 3) }]]),
    { key: "value" },
  );
  for (let length = 0; length < whole.length; length++) {
    assertThrows(
      () => decodeSafetensors(whole.slice(0, length), "cut.safetensors"),
      RangeError,
      "cut.safetensors",
    );
  }
});

Deno.test("encodeSafetensors() writes the very bytes that Python wrote", async () => {
  const golden = await Deno.readFile(
    new URL("../../goldens/rev_gnn_species.safetensors", import.meta.url),
  );
  const { tensors, metadata } = decodeSafetensors(golden, "rev_gnn_species.safetensors");
  assertEquals(tensors.get("edge_features")?.shape, [147, 8]);
  assertEquals(metadata.dropout, "0.2");
  assertEquals(encodeSafetensors(tensors, metadata), golden);
});

Deno.test("decodeSafetensors() widens BF16 and F16, and leaves other types as their bytes", () => {
  const header = {
    brain: entry("BF16", [3], 0, 6),
    half: entry("F16", [2], 6, 10),
    mask: entry("BOOL", [2], 10, 12),
    tiny: entry("F4", [5], 12, 15),
  };
  const bytes = file(header, 15);
  // 1, -2.5, 2⁻¹³³; 0.5, 65504.
  bytes.set([0x80, 0x3f, 0x20, 0xc0, 1, 0, 0, 0x38, 0xff, 0x7b, 1, 0, 7, 8, 9], bytes.length - 15);
  const { tensors, checked } = decodeSafetensors(bytes, "a.safetensors");
  assertEquals(tensors.get("brain"), { shape: [3], data: Float32Array.of(1, -2.5, 2 ** -133) });
  assertEquals(tensors.get("half"), { shape: [2], data: Float16Array.of(0.5, 65_504) });
  const mask = { shape: [2], data: Uint8Array.of(1, 0), dtype: "BOOL" };
  assertEquals(tensors.get("mask"), mask);
  assertEquals(tensors.get("tiny")?.data, Uint8Array.of(7, 8, 9));
  assertEquals(checked, false);
  const again = decodeSafetensors(encodeSafetensors(new Map([["mask", mask]])), "b");
  assertEquals(again.tensors.get("mask"), mask);
});

Deno.test("decodeSafetensors() says what a file is if it is no safetensors file", () => {
  const text = (words: string) => new TextEncoder().encode(words);
  const kinds: [Uint8Array<ArrayBuffer>, string][] = [
    [
      text("PK\x03\x04\x00\x00\x08\x08 archive/data.pkl"),
      "a zip archive, as .npz and PyTorch's .pth",
    ],
    [Uint8Array.of(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9), "a Python pickle"],
    [text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a"), "a pointer of Git LFS"],
    [text("<!DOCTYPE html><html>"), 'text that begins with "<!DOCTYPE html><html>"'],
  ];
  for (const [bytes, kind] of kinds) {
    const { message } = assertThrows(() => decodeSafetensors(bytes, "best.pth"), SyntaxError, kind);
    assert(message.startsWith("Cannot read best.pth: it is a") || message.includes("it is text"));
    assert(message.includes("training/README.md"), message);
  }
});

Deno.test("decodeSafetensors() refuses a file with checksums of which any byte was changed, or reads the same", () => {
  const tensors = new Map<string, StoredTensor>([
    ["weight", { shape: [2, 3], data: Float32Array.of(1, -0, 2, 1e-45, 3, 4) }],
    ["bias", { shape: [3], data: Float32Array.of(5, 6, 7) }],
    ["count", { shape: [], data: BigInt64Array.of(7n) }],
    ["none", { shape: [0, 3], data: new Float32Array(0) }],
  ]);
  const whole = encodeSafetensors(tensors, { settings: '{"seed":1}' }, { checksums: true });
  const { checked, ...same } = decodeSafetensors(whole, "a");
  assertEquals([checked, same.metadata], [true, { settings: '{"seed":1}' }]);
  for (const { bytes, what } of flippedBits(whole)) {
    let read: ReturnType<typeof decodeSafetensors>;
    try {
      read = decodeSafetensors(bytes, "a.safetensors");
    } catch (error) {
      const { message } = error as Error;
      assert(/^Cannot read (tensor ".*" of )?a\.safetensors: [^\n]+$/.test(message), message);
      continue;
    }
    assertEquals(read.tensors, same.tensors, what);
  }
});

Deno.test("decodeSafetensors() refuses another shape of as many values by the header's checksum", () => {
  const tensors = new Map([["a", { shape: [2, 3], data: new Float32Array(6) }]]);
  const bytes = encodeSafetensors(tensors, {}, { checksums: true });
  const at = new TextDecoder("latin1").decode(bytes).indexOf("[2,3]");
  bytes.set(new TextEncoder().encode("[3,2]"), at);
  assertThrows(() => decodeSafetensors(bytes, "a"), SyntaxError, "its header is damaged");
});

Deno.test("encodeSafetensors() keeps the name of its checksums for itself", () => {
  const write = () => encodeSafetensors(new Map(), { crc32: "0" });
  assertThrows(write, RangeError, 'Cannot write metadata named "crc32"');
});
