/** Detects two flags of a call that name one file, under whatever names: one would overwrite the other. */
import { basename, dirname, resolve } from "node:path";
import { linkTarget } from "../../graphs/files/link_target.ts";
import { shown } from "../../settings/shown.ts";

/** A path that a flag names. */
export interface Named {
  /** In kebab case. */
  readonly flag: string;
  readonly path: string;
  /** Whether the task writes there. */
  readonly writes?: boolean;
  /** Whether it is a folder, of which two flags may well name one. */
  readonly folder?: boolean;
}

/** The first two that exclude each other, as a sentence; undefined where none do. */
export function clashOf(named: readonly Named[]): string | undefined {
  const places = named.map((one) => ({ ...one, place: placeOf(one.path) }));
  for (const [i, b] of places.entries()) {
    for (const a of places.slice(0, i)) {
      if (!(a.writes || b.writes) || (a.folder && b.folder)) continue;
      if (a.place === b.place) {
        return `Cannot use --${a.flag} and --${b.flag} for one place, ${shown(b.path)}: what ` +
          `--${(b.writes ? b : a).flag} writes would replace the other's, name another file`;
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
 * The same text for all paths of one file, through symbolic and hard links, whether or not it is there
 * yet: the number of what there is, and the names of what there is not below it.
 */
export function placeOf(path: string, os: typeof Deno.build.os = Deno.build.os): string {
  // As the usual file systems of these two have it.
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

/** What the system knows a file by; undefined where there is none. */
function numberOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    // Some file systems' numbers exceed what a number holds exactly.
    return Number.isSafeInteger(ino) && ino !== 0 ? `${dev}:${ino}` : Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}
