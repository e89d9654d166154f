/** Serves the demonstration's files to this machine alone. */
import type { SiteFile } from "./site.ts";

const HOST = "127.0.0.1";

/** A server; its end ends it. */
export interface SiteServer extends AsyncDisposable {
  /** Where the page is. */
  readonly url: string;
  /** Resolves when the server is gone. */
  readonly finished: Promise<void>;
}

/** Serves files at a port, 0 for any that is free. */
export function serveSite(files: ReadonlyMap<string, SiteFile>, port: number): SiteServer {
  const answer = ({ url }: Request) => {
    const name = new URL(url).pathname.slice(1) || "index.html";
    const file = files.get(name);
    if (!file) return new Response("There is no such file.\n", { status: 404 });
    return new Response(file.bytes, {
      headers: { "content-type": file.type, "cache-control": "no-cache" },
    });
  };
  const server = listen(port, answer);
  const url = `http://${HOST}:${server.addr.port}/`;
  return { url, finished: server.finished, [Symbol.asyncDispose]: () => server.shutdown() };
}

function listen(port: number, answer: (request: Request) => Response) {
  try {
    return Deno.serve({ hostname: HOST, port, onListen: () => {} }, answer);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Error(
      `Cannot serve the page at ${HOST}:${port}: another program listens there, name another port ` +
        "with --port",
    );
  }
}
