/**
 * One dense tensor of two dimensions as `torch.save` writes it: a zip whose member `data.pkl` says type and
 * shape, and whose member `data/0` is the values.
 */
// @ts-types="types-yauzl"
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { messageOf, shown } from "../../settings/shown.ts";
import { bytesOf, type DenseMatrix, type DenseType } from "./dense_matrix.ts";
import { headOf } from "./head.ts";
import { kindOf } from "../files/foreign_file.ts";
import { readPickle, type Value } from "./pickle.ts";

const STORAGES: Readonly<Record<string, DenseType>> = {
  "torch FloatStorage": "f4",
  "torch HalfStorage": "f2",
  "torch BFloat16Storage": "bf2",
  "torch DoubleStorage": "f8",
  "torch ByteStorage": "u1",
  "torch CharStorage": "i1",
  "torch BoolStorage": "b1",
  "torch IntStorage": "i4",
};
const REBUILD = "torch._utils _rebuild_tensor_v2";
/** What describes one tensor takes a few hundred bytes. */
const LONGEST_PICKLE = 2 ** 16;

export async function locateTorch(file: Deno.FsFile, path: string): Promise<DenseMatrix> {
  const kind = kindOf(await headOf(file, 64));
  if (!kind?.startsWith("a zip archive")) {
    throw convertible(path, `it is ${kind ?? "no zip archive"}`);
  }
  const zip = await opened(path);
  try {
    return await located(zip, path);
  } finally {
    zip.close();
  }
}

async function opened(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false });
  } catch {
    throw new SyntaxError("it is no whole zip archive: save it again by torch.save");
  }
}

async function located(zip: ZipFile, path: string): Promise<DenseMatrix> {
  const members = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    members.set(entry.fileName.slice(entry.fileName.indexOf("/") + 1), entry);
  }
  const pickle = members.get("data.pkl");
  if (pickle === undefined || pickle.uncompressedSize > LONGEST_PICKLE) {
    throw convertible(path, "it holds more than a tensor, or none", OF_MANY);
  }
  const order = members.get("byteorder");
  if (order && new TextDecoder().decode(await contentOf(zip, order)) !== "little") {
    throw convertible(path, "its bytes are in big-endian order");
  }
  const { key, first, ...matrix } = tensorOf(await contentOf(zip, pickle), path);
  const storage = members.get(`data/${key}`);
  if (storage === undefined || storage.compressionMethod !== 0) {
    throw convertible(path, `its values data/${shown(key)} are ${storage ? "packed" : "missing"}`);
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(storage, { minimal: true });
  const found = {
    ...matrix,
    at: fileDataStart + first * bytesOf({ ...matrix, rows: 1, cols: 1, at: 0 }),
  };
  const whole = bytesOf(found) === storage.uncompressedSize;
  const checkValues = (sum: number) => {
    if (whole && sum !== storage.crc32) {
      throw new Error("its values are damaged: their CRC-32 differs");
    }
  };
  if (found.at + bytesOf(found) <= fileDataStart + storage.uncompressedSize) {
    return { ...found, checkValues };
  }
  throw convertible(
    path,
    `its tensor reaches past its ${storage.uncompressedSize} bytes of values`,
  );
}

/** What a pickle says of its one tensor: type, shape, and where in which storage it begins. */
function tensorOf(
  pickle: Uint8Array,
  path: string,
): Omit<DenseMatrix, "at"> & { key: string; first: number } {
  let held: Value;
  try {
    held = readPickle(pickle);
  } catch (error) {
    throw convertible(path, `it holds more than a tensor: ${messageOf(error)}`, OF_MANY);
  }
  const { called, with: given = [] } = record(held) as { called?: Value; with?: readonly Value[] };
  if (called === undefined || globalOf(called) !== REBUILD) {
    throw convertible(path, "it holds something other than one dense tensor");
  }
  const [storage, first, shape, strides] = given;
  const [tag, type, key] = list((record(storage) as { persistent?: Value }).persistent);
  const dense = STORAGES[globalOf(type) ?? ""];
  if (tag !== "storage" || dense === undefined || typeof key !== "string" || !isSize(first)) {
    throw convertible(path, `its values are of type ${shown(globalOf(type) ?? "unknown")}`);
  }
  const [rows, cols, ...more] = list(shape);
  const [ofRow, ofCol] = list(strides);
  if (!isSize(rows) || !isSize(cols) || more.length > 0) {
    throw convertible(path, `it has the shape (${list(shape).join(", ")})`);
  }
  const byRows = (ofRow === cols || rows < 2) && (ofCol === 1 || cols < 2);
  const byColumns = (ofRow === 1 || rows < 2) && (ofCol === rows || cols < 2);
  if (!byRows && !byColumns) throw convertible(path, "its tensor is a part of a larger one");
  return { type: dense, rows, cols, key, first, byColumns: !byRows };
}

/** What the line lacks where a dictionary or a list was saved. */
const OF_MANY = "; behind load(…), ['NAME'] takes one tensor of a dictionary, [0] one of a list";

/** Parameters have a gradient, which NumPy refuses, and tensors of a card need not find one again. */
function convertible(path: string, state: string, more = ""): Error {
  return new SyntaxError(
    `Cannot read ${path}: ${state}, expected one dense tensor of (nodes, features), ` +
      `which Python makes an .npy: python3 -c "import sys, numpy, torch; ` +
      `x = torch.load(sys.argv[1], map_location='cpu'); ` +
      `numpy.save(sys.argv[2], x.detach().float().numpy())" IN.pt OUT.npy${more}`,
  );
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

function record(value: Value | undefined): object {
  return typeof value === "object" && value !== null ? value : {};
}

function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function globalOf(value: Value | undefined): string | undefined {
  return (record(value) as { global?: string }).global;
}

function isSize(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
