/**
 * Asks a server for a file, or for the rest of one version of it. The host that was asked is the only
 * one that is spoken to: a redirect to another is refused, whatever the process may do.
 */

/** An error that no retry can mend; its message is a clause. */
export class Refusal extends Error {}

/** What is there of a file already. */
export interface HeldFile {
  readonly bytes: number;
  /** The server's name for the version of the file that these bytes are of. */
  readonly validator: string;
}

/** A longer chain of redirects leads nowhere. */
const MOST_REDIRECTS = 5;

/** Requests a file, or what follows `held`. The answer's status is 200, 206, or 416 for what is held. */
export async function requestFile(
  url: string,
  held: HeldFile | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({ "accept-encoding": "identity" });
  if (held) {
    headers.set("range", `bytes=${held.bytes}-`);
    headers.set("if-range", held.validator);
  }
  const response = await follow(new URL(url), { headers, signal });
  const { status } = response;
  if (status === 200 || status === 206 || status === 416 && held) return response;
  await response.body?.cancel();
  const answer = `the server answers ${status} ${response.statusText}`.trim();
  if (status >= 500 || status === 408 || status === 429) throw new Error(answer);
  throw new Refusal(answer);
}

/** The answer at the end of the redirects, all of which are to the host that was asked. */
async function follow(
  asked: URL,
  request: { headers: Headers; signal: AbortSignal },
): Promise<Response> {
  let url = asked;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await ask(url, request);
    if (![301, 302, 303, 307, 308].includes(response.status)) return response;
    await response.body?.cancel();
    url = targetOf(response, url);
  }
  throw new Refusal(`the server redirects it more than ${MOST_REDIRECTS} times`);
}

async function ask(
  url: URL,
  request: { headers: Headers; signal: AbortSignal },
): Promise<Response> {
  try {
    return await fetch(url, { ...request, redirect: "manual" });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new Refusal(`the network is closed to us, allow it with --allow-net=${url.host}`);
  }
}

/** Where a redirect leads, unless that is another host, or no longer encrypted. */
function targetOf({ status, headers }: Response, from: URL): URL {
  const location = headers.get("location");
  const target = location === null ? null : URL.parse(location, from.href);
  if (target === null) throw new Refusal(`the server answers ${status} without an address`);
  const kept = target.protocol === from.protocol || target.protocol === "https:";
  if (kept && target.host === from.host) return target;
  throw new Refusal(
    `the server redirects it to ${target.protocol}//${target.host}, which was not asked for: if you ` +
      "trust that, name the address there with --url",
  );
}

/** Bytes of the whole file; undefined if the server does not say, or sends another range than was asked for. */
export function totalBytes({ status, headers }: Response, held = 0): number | undefined {
  if (status === 200) {
    const length = headers.get("content-length");
    return length === null ? undefined : Number(length);
  }
  const [, begin, total] = headers.get("content-range")?.match(/^bytes (\d+)-\d+\/(\d+)$/) ?? [];
  return Number(begin) === held ? Number(total) : undefined;
}

/** A time of change names a version only where the file has been left alone so long since. */
const SETTLED_MS = 60_000;

/**
 * The server's name for this version of the file, undefined where it has none that promises equal bytes:
 * a weak tag does not, nor does a time of change so recent that the file may have changed since within it
 * (RFC 9110, 8.8.2.2).
 */
export function validatorOf({ headers }: Response): string | undefined {
  const tag = headers.get("etag");
  if (tag !== null && tag.startsWith('"')) return tag;
  const [changed, now] = [headers.get("last-modified"), headers.get("date")];
  if (changed === null || now === null) return undefined;
  return Date.parse(now) - Date.parse(changed) >= SETTLED_MS ? changed : undefined;
}

/** Whether an answer with a range is of the version held, as not every server heeds If-Range. */
export function isOfVersion({ headers }: Response, { validator }: HeldFile): boolean {
  // A tag must come again with a range; a time of change need not.
  if (validator.startsWith('"')) return headers.get("etag") === validator;
  return (headers.get("last-modified") ?? validator) === validator;
}
