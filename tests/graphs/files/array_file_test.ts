import { ArrayFile, type ArrayShape } from "../../../graphs/files/array_file.ts";
import { ArrayFileWriter } from "../../../graphs/files/array_file_writer.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../training/files/safetensors.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { flippedBits } from "../damage.ts";
import { namesIn } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

const ARRAYS: Record<string, ArrayShape> = {
  a: { type: "F32", shape: [2, 3] },
  none: { type: "U32", shape: [0] },
  b: { type: "U32", shape: [3] },
};
const A = Float32Array.of(1, -0.5, NaN, 3e38, 0, 6);
const B = Uint32Array.of(0, 2 ** 32 - 1, 7);

async function write(path: string): Promise<void> {
  using writer = await ArrayFileWriter.create(path, ARRAYS, { name: "test" });
  await writer.append("a", A.subarray(0, 4));
  await writer.append("a", A.subarray(4));
  await writer.append("none", new Uint32Array(0));
  await writer.append("b", B);
  await writer.finish();
}

Deno.test("ArrayFile gives back what was appended in pieces", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/arrays.safetensors`;
    await write(path);
    assertEquals(namesIn(folder), ["arrays.safetensors"]);
    using file = await ArrayFile.open(path);
    assertEquals(file.metadata, { name: "test" });
    assertEquals([file.has("a"), file.has("c")], [true, false]);
    assertEquals(await file.integers("b"), B);
    assertEquals(await file.floats("a"), { shape: [2, 3], data: A });
    assertEquals(await file.integers("none"), new Uint32Array(0));
    await assertRejects(
      () => file.floats("b"),
      SyntaxError,
      'tensor "b" of ' + path + ": it is of type U32, expected F32",
    );
    await assertRejects(() => file.integers("a"), SyntaxError, "it is of type F32, expected U32");
    await assertRejects(() => file.floats("c"), SyntaxError, 'its tensor "c" is missing');
  });
});

Deno.test("ArrayFileWriter writes safetensors", async () => {
  await withFolder(async (folder) => {
    await write(`${folder}/a`);
    const { tensors, metadata } = decodeSafetensors(await Deno.readFile(`${folder}/a`), "a");
    assertEquals(metadata, { name: "test" });
    assertEquals(tensors.get("a"), { shape: [2, 3], data: A });
    assertEquals(tensors.get("b"), { shape: [3], data: B });
  });
});

Deno.test("ArrayFileWriter leaves nothing of what is not finished", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a`;
    const begin = async (use: (writer: ArrayFileWriter) => Promise<void>) => {
      using writer = await ArrayFileWriter.create(path, ARRAYS, {});
      await use(writer);
    };
    await begin((writer) => writer.append("a", A));
    await assertRejects(
      () => begin((writer) => writer.append("a", new Float32Array(7))),
      RangeError,
      `Cannot append 7 values of a to ${path}: expected 6 at most`,
    );
    await assertRejects(
      () =>
        begin(async (writer) => {
          await writer.append("a", A);
          await writer.finish();
        }),
      RangeError,
      `Cannot finish ${path}: 3 values of b are missing`,
    );
    assertEquals(namesIn(folder), []);
    await assertRejects(
      () => ArrayFileWriter.create(`${folder}/none/a`, ARRAYS, {}),
      Error,
      `Cannot write ${folder}/none/a, which takes 1 MiB: `,
    );
  });
});

Deno.test("ArrayFile refuses what is no file of arrays", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a`;
    await write(path);
    const whole = await Deno.readFile(path);
    const header = (text: string) => {
      const bytes = new Uint8Array(8 + text.length);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
      bytes.set(new TextEncoder().encode(text), 8);
      return bytes;
    };
    const broken = [
      new Uint8Array(0),
      whole.subarray(0, 20),
      whole.subarray(0, -4),
      new Uint8Array([...whole, 0]),
      new Uint8Array(100).fill(255),
      header("{"),
      header("null"),
      header('{"a":1}'),
      header('{"a":{"dtype":"F16","shape":[]}}'),
    ];
    for (const bytes of broken) {
      await Deno.writeFile(path, bytes);
      await assertRejects(() => ArrayFile.open(path), SyntaxError, path);
    }
    await assertRejects(() => ArrayFile.open(`${path}2`), Error, "as there is no such file");
  });
});

Deno.test("ArrayFile refuses any byte that was changed where it is read, or reads the same", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a`;
    await write(path);
    const whole = await Deno.readFile(path);
    let refused = 0;
    for (const { bytes, what } of flippedBits(whole)) {
      await Deno.writeFile(path, bytes);
      try {
        using file = await ArrayFile.open(path);
        assertEquals(await file.floats("a"), { shape: [2, 3], data: A }, what);
        assertEquals(await file.integers("b"), B, what);
      } catch (error) {
        const { message } = error as Error;
        const sentence = /^Cannot read [^\n]+$/.test(message) && message.includes(path);
        assert(error instanceof SyntaxError && sentence, `${what}: ${message}`);
        refused++;
      }
    }
    assert(refused > whole.length / 2);
  });
});

Deno.test("ArrayFile refuses what an older version wrote without checksums", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a`;
    const tensors = new Map([["a", { shape: [2, 3], data: A }]]);
    await Deno.writeFile(path, encodeSafetensors(tensors, { name: "test" }));
    await assertRejects(() => ArrayFile.open(path), SyntaxError, `${path}: it has no checksums`);
  });
});
