/** Where settings differ from what they would be unless given. */
import type * as v from "valibot";
import { aboutOf, entriesFor, fallbackOf, isRecord, variantsOf } from "./schema.ts";
import { canonical } from "./key.ts";
import { resolve } from "./resolve.ts";
import type { Given } from "./types.ts";

/** An option and its value, where it is not the default. */
export interface Difference {
  /** As `["model", "convolution", "heads"]`; of a tagged union's kind, the union's own path. */
  readonly path: readonly string[];
  readonly value: unknown;
  readonly schema: v.GenericSchema;
}

/** Every option that was given, or that has another value than its default. */
export function differences(
  schema: v.GenericSchema,
  settings: unknown,
  path: readonly string[] = [],
): Difference[] {
  const entries = entriesFor(schema, settings);
  if (entries === undefined || !isRecord(settings)) return [];
  return Object.entries(settings).flatMap(([name, value]) => {
    const entry = entries[name];
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
