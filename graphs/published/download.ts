/**
 * Downloads over HTTP and survives broken connections: bytes that have arrived stay beside the target,
 * with a note of their source, and a range request fetches the rest, in this call or the next.
 */
import { isRecord } from "../../settings/record.ts";
import { parseJson } from "../files/json.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { putInPlace } from "../files/whole_file.ts";
import {
  type HeldFile,
  isOfVersion,
  Refusal,
  requestFile,
  totalBytes,
  validatorOf,
} from "./request_file.ts";

/** Options of a download. */
export interface DownloadOptions {
  /** The length the file must have, if known. */
  readonly bytes?: number | undefined;
  /** Called with the bytes so far, and with the total if the server says it. */
  readonly onBytes?: (done: number, of: number | undefined) => void;
  /** Retries in a row without a byte of progress; default 5. */
  readonly retries?: number;
  /** Milliseconds before the first retry, doubled for each next; default 1000. */
  readonly pause?: number;
  /** Milliseconds without a byte after which a connection counts as broken; default 60000. */
  readonly patience?: number;
}

/** Describes an unfinished download: only bytes of the same version of the same file are ever appended. */
interface Note {
  readonly url: string;
  /** The server's name for the version of the file; without one, nobody can tell what the rest is of. */
  readonly validator: string;
  readonly bytes: number;
}

/** Downloads to `path`, which appears when it is complete. */
export async function download(
  url: string,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { retries = 5, pause = 1000, bytes } = options;
  const heldBytes = async () => (await heldOf(path, url, bytes))?.bytes ?? 0;
  for (let failures = 0;;) {
    const before = await heldBytes();
    try {
      await fetchRest(url, path, options);
      await putInPlace(`${path}.part`, path);
      await forget(`${path}.part.json`);
      return;
    } catch (error) {
      if (error instanceof Refusal) throw new Error(`Cannot download ${url}: ${error.message}`);
      const held = await heldBytes();
      failures = held > before ? 1 : failures + 1;
      if (failures > retries) {
        const next = held > 0 ? `goes on from byte ${held}` : "begins anew";
        throw new Error(
          `Cannot download ${url}: ${(error as Error).message}, ${failures} times; ` +
            `the next call ${next}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (failures - 1)));
    }
  }
}

/** Requests once what is not there yet. Returns when the file is complete. */
async function fetchRest(url: string, path: string, options: DownloadOptions): Promise<void> {
  const held = await heldOf(path, url, options.bytes);
  if (held && held.bytes === held.total) return;
  using patience = new Patience(options.patience ?? 60_000);
  const response = await requestFile(url, held, patience.signal);
  try {
    const rest = response.status === 206;
    if (response.status === 416) return await startOver(path);
    const total = totalBytes(response, held?.bytes);
    if (rest && !(held && total === held.total && isOfVersion(response, held))) {
      return await startOver(path);
    }
    checkTotal(total, options.bytes);
    // Opening empties the part of another version, before the note says that it is of this one.
    using file = await openPart(path, rest);
    if (!rest) await writeNote(path, url, validatorOf(response), total);
    await receive(response, file, rest ? held!.bytes : 0, total, options, patience);
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

function checkTotal(total: number | undefined, expected: number | undefined): void {
  if (expected === undefined || total === undefined || total === expected) return;
  throw new Refusal(`it has ${total} bytes, expected ${expected}`);
}

/** Writes what arrives; throws if it is longer or shorter than announced. */
async function receive(
  response: Response,
  file: Deno.FsFile,
  begin: number,
  total: number | undefined,
  { bytes, onBytes }: DownloadOptions,
  patience: Patience,
): Promise<void> {
  let done = begin;
  for await (const chunk of response.body ?? []) {
    patience.renew();
    for (let at = 0; at < chunk.length;) at += await write(file, chunk.subarray(at));
    done += chunk.length;
    onBytes?.(done, total);
  }
  const expected = total ?? bytes;
  if (expected !== undefined && done < expected) {
    throw new Error(`the connection ends after ${done} of ${expected} bytes`);
  }
  checkTotal(done, expected);
}

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<number> {
  try {
    return await file.write(bytes);
  } catch (error) {
    throw new Refusal(`it cannot be written: ${(error as Error).message}`);
  }
}

async function openPart(path: string, append: boolean): Promise<Deno.FsFile> {
  try {
    return await Deno.open(`${path}.part`, {
      write: true,
      create: true,
      append,
      truncate: !append,
    });
  } catch (error) {
    throw new Refusal(doesNotOpen(`${path}.part`, error).message);
  }
}

/** Breaks a connection that has been silent for too long. */
class Patience implements Disposable {
  readonly #milliseconds: number;
  #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.renew();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#controller.abort(new Error("the server has fallen silent")),
      this.#milliseconds,
    );
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** What is there of a version of this address's file that can be told from others; undefined if nothing. */
async function heldOf(
  path: string,
  url: string,
  expected: number | undefined,
): Promise<HeldFile & { readonly total: number } | undefined> {
  let note: unknown;
  try {
    note = parseJson(await Deno.readTextFile(`${path}.part.json`), "it");
  } catch {
    return undefined;
  }
  if (!isRecord(note)) return undefined;
  const { validator, bytes: total } = note;
  if (note.url !== url || typeof validator !== "string" || typeof total !== "number") {
    return undefined;
  }
  if (!/^[\x20-\x7e]+$/.test(validator)) return undefined; // no header could say it
  const bytes = await sizeOf(`${path}.part`);
  // Bytes of a file of another length than is wanted now are of no use.
  return bytes > 0 && total === (expected ?? total) ? { bytes, validator, total } : undefined;
}

/** Notes what comes, so that the rest can be fetched; without a version or a length it cannot be. */
async function writeNote(
  path: string,
  url: string,
  validator: string | undefined,
  bytes: number | undefined,
): Promise<void> {
  const file = `${path}.part.json`;
  if (validator === undefined || bytes === undefined) return await forget(file);
  const note: Note = { url, validator, bytes };
  try {
    await Deno.writeTextFile(file, JSON.stringify(note));
  } catch (error) {
    throw new Refusal(`it cannot be written: ${(error as Error).message}`);
  }
}

async function startOver(path: string): Promise<never> {
  await forget(`${path}.part.json`);
  throw new Error("the file has changed on the server, or it sends another part");
}

async function forget(path: string): Promise<void> {
  await Deno.remove(path).catch(() => {});
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch {
    return 0;
  }
}
