/** A canonical text of settings: equal ones have equal texts, whatever the order of their keys. */
import type * as v from "valibot";
import { isRecord } from "./record.ts";
import { aboutOf, entriesFor, entryOf } from "./schema.ts";

/** JSON with sorted keys; `replace` may substitute any value. */
export function canonical(
  value: unknown,
  replace: (value: unknown) => unknown = (value) => value,
): string | undefined {
  return JSON.stringify(value, (_, held) => {
    const shown = replace(held);
    if (!isRecord(shown)) return shown;
    return Object.fromEntries(Object.entries(shown).sort(([a], [b]) => a < b ? -1 : 1));
  });
}

/** The options that what a run measures depends on. */
export function identityOf<T extends object>(schema: v.GenericSchema, settings: T): Partial<T> {
  const entries = entriesFor(schema, settings)!;
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => {
      const entry = entryOf(entries, name);
      return entry !== undefined && aboutOf(entry)?.identity !== false;
    }),
  ) as Partial<T>;
}
