/** An HTTP server of one file, which fails in the ways that a test asks for. */

/** What it does with a request, the first being 0. */
export interface Manners {
  /** Sends so many bytes of the answer, then breaks the connection; default all. */
  readonly breakAfter?: (request: number) => number | undefined;
  /** Answers with this status instead. */
  readonly status?: (request: number) => number | undefined;
  /** Ignores ranges. */
  readonly whole?: boolean;
  /** Announces no length. */
  readonly lengthless?: boolean;
  /** What the file is at a request; default the same at each. */
  readonly file?: (request: number) => { bytes: Uint8Array; tag: string };
  /** Sends nothing more after `breakAfter` bytes, but keeps the connection. */
  readonly silent?: boolean;
}

/** Serves `bytes`; `ranges` collects the range of each request, "" for the whole. */
export function serve(bytes: Uint8Array, manners: Manners = {}) {
  const ranges: string[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closing: Promise<void>[] = [];
  const accept = (async () => {
    for await (const connection of listener) {
      closing.push(answer(connection, bytes, manners, ranges).catch(() => {}));
    }
  })().catch(() => {});
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${port}/proteins.zip`,
    ranges,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accept;
      await Promise.all(closing);
    },
  };
}

/** By hand, as Deno.serve() keeps its promises about lengths. */
async function answer(
  connection: Deno.TcpConn,
  bytes: Uint8Array,
  manners: Manners,
  ranges: string[],
): Promise<void> {
  using _ = connection;
  const head = await readHead(connection);
  if (head === "") return;
  const request = ranges.length;
  const [, range = ""] = head.match(/^range: bytes=(.*)\r$/im) ?? [];
  const [, condition] = head.match(/^if-range: (.*)\r$/im) ?? [];
  ranges.push(range);
  const file = manners.file?.(request) ?? { bytes, tag: '"one"' };
  const from = manners.whole || (condition && condition !== file.tag) ? 0 : parseInt(range || "0");
  const refused = manners.status?.(request) ?? (from > file.bytes.length ? 416 : undefined);
  const body = refused ? new Uint8Array(0) : file.bytes.subarray(from);
  const status = refused ?? (from > 0 ? 206 : 200);
  const headers = [
    `HTTP/1.1 ${status} ${status === 503 ? "Service Unavailable" : "So"}`,
    `etag: ${file.tag}`,
    "connection: close",
    ...from > 0
      ? [`content-range: bytes ${from}-${file.bytes.length - 1}/${file.bytes.length}`]
      : [],
    ...manners.lengthless ? [] : [`content-length: ${body.length}`],
  ];
  const sent = body.subarray(0, manners.breakAfter?.(request) ?? body.length);
  await send(connection, new TextEncoder().encode(headers.join("\r\n") + "\r\n\r\n"));
  await send(connection, sent);
  // Until the other side gives up.
  if (manners.silent && sent.length < body.length) await connection.read(new Uint8Array(1));
}

async function readHead(connection: Deno.TcpConn): Promise<string> {
  const bytes = new Uint8Array(4096);
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const read = await connection.read(bytes);
    if (read === null) return "";
    head += new TextDecoder().decode(bytes.subarray(0, read));
  }
  return head;
}

async function send(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
