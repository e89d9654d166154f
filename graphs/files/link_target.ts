/** Where symbolic links lead, for whoever is to write there: a renamed file would replace the link itself. */
import { dirname, resolve } from "node:path";

/** As Linux counts before it gives up. */
const MOST_LINKS = 40;

/** The path of the file that this one leads to, whether or not there is such a file yet. */
export function linkTarget(path: string): string {
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    let to: string;
    try {
      to = Deno.readLinkSync(at);
    } catch {
      return at; // it is no link, or not there
    }
    at = resolve(realFolder(at), to);
  }
  throw new Error(`Cannot follow ${path} as its symbolic links lead round in a circle`);
}

/** A link's ".." is that of the folder it stands in, by whatever links that was reached. */
function realFolder(path: string): string {
  try {
    return Deno.realPathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}
