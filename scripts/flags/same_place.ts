/** Finds two flags of a call that name one file, by whatever paths: one would overwrite the other. */
import { basename, dirname, resolve } from "node:path";
import { linkTarget } from "../../graphs/files/link_target.ts";
import { shown } from "../../settings/shown.ts";

/** A path that a flag names. */
export interface Named {
  /** The flag's name in kebab case. */
  readonly flag: string;
  readonly path: string;
  /** Whether the task writes there. */
  readonly writes?: boolean;
  /** Whether it is a folder, which two flags may share. */
  readonly folder?: boolean;
}

/** A sentence about the first two that clash; undefined if none do. */
export function clashOf(named: readonly Named[]): string | undefined {
  const places = named.map((one) => ({ ...one, place: placeOf(one.path) }));
  for (const [i, b] of places.entries()) {
    for (const a of places.slice(0, i)) {
      if (!(a.writes || b.writes) || (a.folder && b.folder)) continue;
      if (a.place === b.place) {
        return `Cannot use --${a.flag} and --${b.flag} for one place, ${shown(b.path)}: what ` +
          `--${(b.writes ? b : a).flag} writes would overwrite the other's, name another file`;
      }
      for (const [inner, outer] of [[a, b], [b, a]] as const) {
        if (outer.folder || !outer.writes || !inner.place.startsWith(`${outer.place}/`)) continue;
        const [child, parent] = [shown(inner.path), shown(outer.path)];
        return `Cannot use --${inner.flag} ${child} with --${outer.flag} ${parent}: the ` +
          `one would be a folder, the other a file; name another file`;
      }
    }
  }
  return undefined;
}

/**
 * One text for all paths of a file, through symbolic and hard links, whether or not the file exists yet:
 * the number of the deepest folder or file on its path that exists, and the names below.
 */
export function placeOf(path: string, os: typeof Deno.build.os = Deno.build.os): string {
  // The usual file systems of these two ignore case.
  const fold = (name: string) =>
    os === "darwin" || os === "windows" ? name.normalize("NFC").toLowerCase() : name;
  const target = resolve(linkTarget(path));
  let names = "";
  for (let at = target;; at = dirname(at)) {
    const there = numberOf(at);
    if (there !== undefined) return there + fold(names);
    if (dirname(at) === at) return fold(target);
    names = `/${basename(at)}${names}`;
  }
}

/** The system's number of a file; undefined if there is no such file. */
function numberOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    // Some file systems' numbers are too large for a JavaScript number to be exact.
    return Number.isSafeInteger(ino) && ino !== 0 ? `${dev}:${ino}` : Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}
