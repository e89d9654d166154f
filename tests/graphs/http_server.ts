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
  /** Lines that name the file's version at a request, instead of a tag. */
  readonly version?: (request: number) => readonly string[];
  /** Sends a range whatever version of the file is held. */
  readonly heedless?: boolean;
  /** Says that a range begins so many bytes earlier than it does. */
  readonly slip?: (request: number) => number;
  /** Where a request is sent on to instead. */
  readonly redirect?: (request: number) => string | undefined;
  /** Sends nothing more after `breakAfter` bytes, but keeps the connection. */
  readonly silent?: boolean;
}

/** What was asked for: the range of each request, "" for the whole, and its If-Range. */
interface Asked {
  readonly ranges: string[];
  readonly conditions: string[];
}

/** Serves `bytes`, and collects what is asked for. */
export function serve(bytes: Uint8Array, manners: Manners = {}) {
  const asked: Asked = { ranges: [], conditions: [] };
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closing: Promise<void>[] = [];
  const accept = (async () => {
    for await (const connection of listener) {
      closing.push(answer(connection, bytes, manners, asked).catch(() => {}));
    }
  })().catch(() => {});
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${port}/proteins.zip`,
    ...asked,
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
  { ranges, conditions }: Asked,
): Promise<void> {
  using _ = connection;
  const head = await readHead(connection);
  if (head === "") return;
  const request = ranges.length;
  const [, range = ""] = head.match(/^range: bytes=(.*)\r$/im) ?? [];
  const [, condition] = head.match(/^if-range: (.*)\r$/im) ?? [];
  ranges.push(range);
  conditions.push(condition ?? "");
  const location = manners.redirect?.(request);
  if (location !== undefined) {
    const head = `HTTP/1.1 302 Found\r\nlocation: ${location}\r\nconnection: close\r\n`;
    return await send(connection, new TextEncoder().encode(`${head}content-length: 0\r\n\r\n`));
  }
  const file = manners.file?.(request) ?? { bytes, tag: '"one"' };
  const version = manners.version?.(request) ?? [`etag: ${file.tag}`];
  const other = condition && !version.some((line) => line.endsWith(`: ${condition}`));
  const from = manners.whole || (other && !manners.heedless) ? 0 : parseInt(range || "0");
  const slip = manners.slip?.(request) ?? 0;
  const refused = manners.status?.(request) ?? (from > file.bytes.length ? 416 : undefined);
  const body = refused ? new Uint8Array(0) : file.bytes.subarray(from);
  const status = refused ?? (from > 0 ? 206 : 200);
  const headers = [
    `HTTP/1.1 ${status} ${status === 503 ? "Service Unavailable" : "So"}`,
    ...version,
    "connection: close",
    ...from > 0
      ? [`content-range: bytes ${from - slip}-${file.bytes.length - 1}/${file.bytes.length}`]
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
