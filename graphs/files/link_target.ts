/** Follows symbolic links before a file is written: renaming onto a link would replace the link itself. */
import { dirname, resolve } from "node:path";

/** Linux' limit. */
const MOST_LINKS = 40;

/** The path that `path` leads to through links, whether or not a file is there yet. */
export function linkTarget(path: string): string {
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    let to: string;
    try {
      to = Deno.readLinkSync(at);
    } catch {
      return at; // no link, or not there
    }
    at = resolve(realFolder(at), to);
  }
  throw new Error(`Cannot follow ${path} as its symbolic links lead round in a circle`);
}

/** A link's ".." starts at the real folder of the link, whichever links led there. */
function realFolder(path: string): string {
  try {
    return Deno.realPathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}
