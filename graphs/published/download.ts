/**
 * Downloads over HTTP and survives broken connections: bytes that have arrived stay beside the target,
 * with a note of their source, and a range request fetches the rest, in this call or the next.
 */
import { isRecord } from "../../settings/schema.ts";
import { parseJson } from "../files/json.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { putInPlace } from "../files/whole_file.ts";

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

/** Describes an unfinished download: only bytes of the same file are ever appended. */
interface Note {
  readonly url: string;
  /** The server's identifier of this version of the file, for If-Range. */
  readonly validator: string | null;
  readonly bytes: number | null;
}

/** An error that no retry can mend. */
class Refusal extends Error {}

/** Downloads to `path`, which appears when it is complete. */
export async function download(
  url: string,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { retries = 5, pause = 1000 } = options;
  for (let failures = 0;;) {
    const before = await sizeOf(`${path}.part`);
    try {
      await fetchRest(url, path, options);
      await putInPlace(`${path}.part`, path);
      await forget(`${path}.part.json`);
      return;
    } catch (error) {
      if (error instanceof Refusal) throw new Error(`Cannot download ${url}: ${error.message}`);
      failures = await sizeOf(`${path}.part`) > before ? 1 : failures + 1;
      if (failures > retries) {
        throw new Error(
          `Cannot download ${url}: ${(error as Error).message}, ${failures} times; ` +
            `the next call goes on from byte ${await sizeOf(`${path}.part`)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (failures - 1)));
    }
  }
}

/** Requests once what is not there yet. Returns when the file is complete. */
async function fetchRest(url: string, path: string, options: DownloadOptions): Promise<void> {
  const note = await readNote(path, url, options.bytes);
  const done = note ? await sizeOf(`${path}.part`) : 0;
  if (note && done > 0 && done === note.bytes) return;
  using patience = new Patience(options.patience ?? 60_000);
  const response = await request(url, done, note?.validator ?? null, patience.signal);
  try {
    const rest = response.status === 206;
    if (response.status === 416) return await startOver(path);
    const total = totalOf(response, rest ? done : 0);
    if (rest && total !== (note?.bytes ?? undefined)) return await startOver(path);
    checkTotal(total, options.bytes);
    if (!rest) {
      await writeNote(path, { url, validator: validatorOf(response), bytes: total ?? null });
    }
    const file = await openPart(path, rest);
    await receive(response, file, rest ? done : 0, total, options, patience);
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

async function request(url: string, done: number, validator: string | null, signal: AbortSignal) {
  const headers = new Headers({ "accept-encoding": "identity" });
  if (done > 0) {
    headers.set("range", `bytes=${done}-`);
    if (validator) headers.set("if-range", validator);
  }
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    const { host } = new URL(url);
    throw new Refusal(`the network is closed to us, allow it with --allow-net=${host}`);
  }
  const { status } = response;
  if (status === 200 || status === 206 || status === 416 && done > 0) return response;
  await response.body?.cancel();
  const answer = `the server answers ${status} ${response.statusText}`.trim();
  if (status >= 500 || status === 408 || status === 429) throw new Error(answer);
  throw new Refusal(answer);
}

/** Bytes of the whole file; undefined if the server does not say. */
function totalOf({ status, headers }: Response, done: number): number | undefined {
  if (status === 200) {
    const length = headers.get("content-length");
    return length === null ? undefined : Number(length);
  }
  const [, begin, total] = headers.get("content-range")?.match(/^bytes (\d+)-\d+\/(\d+)$/) ?? [];
  if (Number(begin) === done) return Number(total);
  throw new Refusal(`the server sends another range than from byte ${done}`);
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
  using _ = file;
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

/** The server's strong validator; a weak one does not promise equal bytes. */
function validatorOf({ headers }: Response): string | null {
  const tag = headers.get("etag");
  return tag !== null && !tag.startsWith("W/") ? tag : headers.get("last-modified");
}

/** The note on an unfinished download of this address and length; undefined if there is none of use. */
async function readNote(path: string, url: string, known?: number): Promise<Note | undefined> {
  try {
    const note = parseJson(await Deno.readTextFile(`${path}.part.json`), "it");
    if (!isRecord(note)) return undefined;
    const { bytes, validator } = note;
    // Without a length or a validator, nobody can tell whether the rest belongs to it.
    if (note.url !== url || !Number.isSafeInteger(bytes) || bytes !== (known ?? bytes)) {
      return undefined;
    }
    const sends = typeof validator === "string" && /^[\x20-\x7e]+$/.test(validator);
    return { url, bytes: bytes as number, validator: sends ? validator : null };
  } catch {
    return undefined;
  }
}

async function writeNote(path: string, note: Note): Promise<void> {
  try {
    await Deno.writeTextFile(`${path}.part.json`, JSON.stringify(note));
  } catch (error) {
    throw new Refusal(`it cannot be written: ${(error as Error).message}`);
  }
}

async function startOver(path: string): Promise<never> {
  await forget(`${path}.part.json`);
  throw new Error("the file has changed on the server");
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
