import { unzipSync, zipSync } from "fflate";
import {
  FEATURE_FILES,
  readNodeFeatures,
  withNodeFeatures,
} from "../../../graphs/features/node_features.ts";
import { writeNpy } from "../../../graphs/files/npy.ts";
import type { Matrix } from "../../../graphs/graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { encodeSafetensors } from "../../../training/files/safetensors.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

const ROWS = 5;
const COLS = 3;
/** Halves and eighths: exact in every type of floats. */
const VALUES = Array.from({ length: ROWS * COLS }, (_, k) => (k % 2 ? -1 : 1) * k / 8);
const graph = { nodes: ROWS, name: "toy" };

/** An `.npy` of a type and order, written by hand. */
function npy(descr: string, values: ArrayBufferView, shape: string, fortran = false): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${
    fortran ? "True" : "False"
  }, 'shape': ${shape}, }`;
  const head = new TextEncoder().encode(header.padEnd(117) + "\n");
  return Uint8Array.of(
    ...[0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, head.length, 0],
    ...head,
    ...new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
}

const shape = `(${ROWS}, ${COLS})`;
const byColumns = Array.from(
  { length: VALUES.length },
  (_, k) => VALUES[k % ROWS * COLS + Math.floor(k / ROWS)]!,
);
const safetensors = (data: Float16Array | Float32Array | Float64Array) =>
  encodeSafetensors(new Map([["x", { shape: [ROWS, COLS], data }]]));

const torch = await Deno.readFile("tests/graphs/features/float32.pt");
/** The same as PyTorch 2 writes it, which says the order of bytes. */
function ordered(byteorder: "little" | "big"): Uint8Array {
  const order = { "float32/byteorder": new TextEncoder().encode(byteorder) };
  return zipSync({ ...unzipSync(torch), ...order }, { level: 0 });
}

const FILES: Record<string, Uint8Array> = {
  "f2.npy": npy("<f2", Float16Array.from(VALUES), shape),
  "f4.npy": npy("<f4", Float32Array.from(VALUES), shape),
  "f8.npy": npy("<f8", Float64Array.from(VALUES), shape),
  "fortran.npy": npy("<f4", Float32Array.from(byColumns), shape, true),
  "ours.npy": writeNpy({ data: Float32Array.from(VALUES), rows: ROWS, cols: COLS }, {
    checksum: true,
  }),
  "halves.emb": new Uint8Array(Float16Array.from(VALUES).buffer),
  "ordered.pt": ordered("little"),
  "f2.safetensors": safetensors(Float16Array.from(VALUES)),
  "f4.safetensors": safetensors(Float32Array.from(VALUES)),
  "f8.safetensors": safetensors(Float64Array.from(VALUES)),
};

async function written(folder: string, files = FILES): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(`${folder}/${name}`, bytes);
  }
}

Deno.test("readNodeFeatures() reads floats of every type and form", async () => {
  await withFolder(async (folder) => {
    await written(folder);
    for (const name of Object.keys(FILES)) {
      const x = await readNodeFeatures([`${folder}/${name}`], graph);
      assertEquals(x, { rows: ROWS, cols: COLS, data: Float32Array.from(VALUES) }, name);
    }
  });
});

for (const name of ["float32", "float16", "bfloat16", "transposed", "slice"]) {
  Deno.test(`readNodeFeatures() reads what torch.save() wrote, ${name}`, async () => {
    const x = await readNodeFeatures([`tests/graphs/features/${name}.pt`], graph);
    assertEquals(x, { rows: ROWS, cols: COLS, data: Float32Array.from(VALUES) });
  });
}

Deno.test("withNodeFeatures() joins files column by column, in the place of a graph's own", async () => {
  const whole = planted({ nodes: ROWS, degree: 2, tasks: 2 });
  await withFolder(async (folder) => {
    await written(folder);
    const column = npy("<i4", Int32Array.from([0, 1, 2, 3, 4]), `(${ROWS},)`);
    await Deno.writeFile(`${folder}/ids.npy`, column);
    const paths = ["f4.npy", "ids.npy", "halves.emb"].map((name) => `${folder}/${name}`);
    const { x, ...others } = await withNodeFeatures(whole, paths);
    assertEquals({ ...others, x: whole.x }, whole);
    assertEquals([x.rows, x.cols], [ROWS, 7]);
    const rows = Array.from({ length: ROWS }, (_, i) => VALUES.slice(i * COLS, (i + 1) * COLS));
    assertEquals(Array.from(x.data), rows.flatMap((row, i) => [...row, i, ...row]));
  });
});

Deno.test("readNodeFeatures() reads beyond one piece", async () => {
  const big: Matrix = {
    rows: 3001,
    cols: 701,
    data: Float32Array.from({ length: 3001 * 701 }, (_, k) => k % 1013),
  };
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/big.npy`, writeNpy(big));
    assertEquals(await readNodeFeatures([`${folder}/big.npy`], { nodes: 3001, name: "big" }), big);
  });
});

/** What is said of a file that cannot be read. */
async function refusalOf(path: string): Promise<string> {
  try {
    await readNodeFeatures([path], graph);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${path} was read`);
}

const cut = (bytes: Uint8Array, by: number) => bytes.subarray(0, bytes.length - by);
const flipped = (bytes: Uint8Array, at = bytes.length - 1) =>
  bytes.map((byte, k) => k === at ? byte ^ 1 : byte);
/** Its values begin with 0 and −1/8. */
const second = new Uint8Array(Float32Array.of(-0.125).buffer);
const at = torch.findIndex((_, k) => second.every((byte, i) => torch[k + i] === byte));
const damagedTorch = flipped(torch, at + 2);
const BROKEN: Record<string, readonly [file: Uint8Array, message: string]> = {
  "rows.npy": [npy("<f4", new Float32Array(12), "(4, 3)"), "it has 4 rows, toy has 5 nodes"],
  "cube.npy": [
    npy("<f4", new Float32Array(15), "(5, 3, 1)"),
    "it has the shape (5, 3, 1), expected (nodes, features)",
  ],
  "wide.npy": [
    npy("<i8", new BigInt64Array(15), shape),
    'its values are of type i8: save them again with .astype("float32")',
  ],
  "big.npy": [npy(">f4", new Float32Array(15), shape), "its bytes are in big-endian order (>f4)"],
  "damaged.npy": [flipped(FILES["ours.npy"]!), "it is damaged: it has the checksum"],
  "damaged.safetensors": [
    flipped(
      encodeSafetensors(
        new Map([["x", { shape: [ROWS, COLS], data: new Float32Array(ROWS * COLS) }]]),
        {},
        { checksums: true },
      ),
    ),
    "its data are damaged",
  ],
  "damaged.pt": [damagedTorch, "its values are damaged: their CRC-32 differs"],
  "cut.npy": [cut(FILES["f4.npy"]!, 4), "it has 184 bytes, its shape (5, 3) takes 188"],
  "nan.npy": [
    npy("<f4", Float32Array.from(VALUES, (v, k) => k === 7 ? NaN : v), shape),
    "it has NaN at row 2, column 1",
  ],
  "odd.emb": [
    new Uint8Array(31),
    "it has 31 bytes, expected a multiple of 10: float16 without a header for each of 5 nodes",
  ],
  "empty.emb": [new Uint8Array(0), "it has 0 bytes, expected a multiple of 10"],
  "two.safetensors": [
    encodeSafetensors(
      new Map(["a", "b"].map((name) => [name, { shape: [5, 1], data: new Float32Array(5) }])),
    ),
    "expected one tensor of two dimensions in it, found a, b",
  ],
  "none.safetensors": [
    encodeSafetensors(new Map()),
    "expected one tensor of two dimensions in it, found none",
  ],
  "cut.safetensors": [cut(FILES["f4.safetensors"]!, 4), "its data end at byte 60, the file has 56"],
  "text.csv": [
    new TextEncoder().encode("1,2,3"),
    `expected a file that ends in ${FEATURE_FILES.join(", ")}`,
  ],
  "text.npy": [new TextEncoder().encode("1,2,3 and so on"), "it is no NumPy array"],
  "array.pt": [
    FILES["f4.npy"]!,
    "it is a NumPy array, as .npy files are, expected one dense tensor",
  ],
  "big.pt": [ordered("big"), "its bytes are in big-endian order, expected one dense tensor"],
  "empty.pt": [new Uint8Array(0), "it is no zip archive, expected one dense tensor"],
  "cut.pt": [cut(torch, 9), "it is no whole zip archive: save it again by torch.save"],
  "none.npy": [
    npy("<f4", new Float32Array(0), `(${ROWS}, 0)`),
    "its 5 rows are empty, expected a number or more each",
  ],
  "long.safetensors": [
    // Of one length of bytes: I64 of half as many numbers.
    encodeSafetensors(new Map([["x", { shape: [ROWS, 2], data: new Float64Array(10) }]]))
      .map((byte, k, all) => byte === 70 && all[k + 1] === 54 ? 73 : byte),
    "its values are of type I64, expected F16, F32, F64, BF16",
  ],
};

for (const [name, [bytes, message]] of Object.entries(BROKEN)) {
  Deno.test(`readNodeFeatures() refuses ${name} with a sentence`, async () => {
    await withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/${name}`, bytes);
      const said = await refusalOf(`${folder}/${name}`);
      assert(/^Cannot (read|use) [^\n]*$/.test(said), said);
      assert(said.includes(message), said);
      assert(said.includes(`${folder}/${name}`), said);
    });
  });
}

for (
  const [name, message] of [
    ["list", "it holds more than a tensor"],
    ["model", "it holds more than a tensor"],
    ["rows", "it has the shape (5), expected one dense tensor of (nodes, features)"],
    ["strided", "its tensor is a part of a larger one"],
    ["integers", "its values are of type torch LongStorage"],
  ]
) {
  Deno.test(`readNodeFeatures() refuses a .pt of other things, ${name}, and says how to convert it`, async () => {
    const path = `tests/graphs/features/${name}.pt`;
    const said = await refusalOf(path);
    assert(said.includes(message!), said);
    // A parameter's gradient and a card that is not there are no hindrance.
    assert(said.includes("x = torch.load(sys.argv[1], map_location='cpu'); "), said);
    assert(said.includes("numpy.save(sys.argv[2], x.detach().float().numpy())"), said);
    assertEquals(said.endsWith("[0] one of a list"), name === "list" || name === "model", said);
  });
}

Deno.test("readNodeFeatures() refuses a folder and a pipe, for which it does not wait", async () => {
  await withFolder(async (folder) => {
    // A folder's size may be a multiple of any row's.
    await Deno.mkdir(`${folder}/a.emb`);
    await new Deno.Command("sh", { args: ["-c", `mkfifo ${folder}/b.npy`] }).output();
    for (const path of [`${folder}/a.emb`, `${folder}/b.npy`]) {
      const words =
        `Cannot read node features from ${path}: it is a folder or a pipe, expected a file`;
      assertEquals(await refusalOf(path), words);
    }
  });
});

Deno.test("readNodeFeatures() says which file is not there", async () => {
  await assertRejects(
    () => readNodeFeatures(["no/such.npy"], graph),
    Error,
    "Cannot read no/such.npy as there is no such file",
  );
});
