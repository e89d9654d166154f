/** Reads from their text what the project's TypeScript files import from each other. */

const ROOT = new URL("../", import.meta.url);

/** A file by its path from the root. */
export type Source = readonly [path: string, text: string];

/** Every TypeScript file of a folder, however deep; of the root where the folder is "". */
export async function sources(folder: string, root = ROOT): Promise<Source[]> {
  const found: Source[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(new URL(folder || ".", root))) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const path = folder ? `${folder}/${name}` : name;
    if (isDirectory) found.push(...await sources(path, root));
    if (!isFile || !name.endsWith(".ts")) continue;
    found.push([path, await Deno.readTextFile(new URL(path, root))]);
  }
  return found;
}

/** Paths from the root of what a file imports, types included; packages and examples are none of them. */
export function importsOf([path, text]: Source): string[] {
  const relative = codeOf(text).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']/g);
  return Array.from(relative, ([, to]) => resolved(path, to!));
}

/** The same without what is imported for its types alone, which is gone when the program runs. */
export function valueImportsOf([path, text]: Source): string[] {
  const clauses = codeOf(text).matchAll(
    /\b(?:import|export)\b(?:([\w\s{},*$]*?)\bfrom)?\s*\(?\s*["'](\.[^"']*)["']/g,
  );
  return Array.from(clauses).filter(([, clause]) => clause === undefined || !ofTypes(clause))
    .map(([, , to]) => resolved(path, to!));
}

/** Whether ` type … ` or each name of ` { type A, type B } `. */
function ofTypes(clause: string): boolean {
  return /^\s*type\s+[\w{*]/.test(clause) ||
    /^[\s{},]*$/.test(clause.replaceAll(/\btype\s+\w[^,}]*/g, ""));
}

/** A file without its comments. */
export function codeOf(text: string): string {
  return text.replaceAll(/^\s*(?:\*|\/\/).*$/gm, "");
}

function resolved(path: string, to: string): string {
  return new URL(to, `file:///${path}`).pathname.slice(1);
}
