/** Finds the settings that differ from their defaults. */
import type * as v from "valibot";
import { isRecord } from "./record.ts";
import { aboutOf, entriesFor, entryOf, fallbackOf, variantsOf } from "./schema.ts";
import { canonical } from "./key.ts";
import { resolve } from "./resolve.ts";
import type { Given } from "./types.ts";

/** An option whose value is not the default. */
export interface Difference {
  /** Such as `["model", "convolution", "heads"]`; the kind of a tagged union has the union's path. */
  readonly path: readonly string[];
  readonly value: unknown;
  readonly schema: v.GenericSchema;
}

/** All options that differ from their defaults or have none. */
export function differences(
  schema: v.GenericSchema,
  settings: unknown,
  path: readonly string[] = [],
): Difference[] {
  const entries = entriesFor(schema, settings);
  if (entries === undefined || !isRecord(settings)) return [];
  return Object.entries(settings).flatMap(([name, value]) => {
    const entry = entryOf(entries, name);
    if (entry === undefined || name === "kind" || aboutOf(entry) === undefined) return [];
    return differenceOf(entry, value, [...path, name]);
  });
}

function differenceOf(
  entry: v.GenericSchema,
  value: unknown,
  path: readonly string[],
): Difference[] {
  const usual = usualOf(entry);
  if (canonical(usual) === canonical(value)) return [];
  if (!isRecord(value)) return [{ path, value, schema: entry }];
  const nested = differences(entry, value, path);
  if (variantsOf(entry) === undefined) return nested;
  const sameKind = isRecord(usual) && usual.kind === value.kind;
  return sameKind ? nested : [{ path, value: value.kind, schema: entry }, ...nested];
}

/** The default with its own defaults filled in; undefined where the option must be given. */
function usualOf(entry: v.GenericSchema): unknown {
  const usual = fallbackOf(entry);
  return isRecord(usual) ? resolve(entry, usual as Given<v.GenericSchema>) : usual;
}
