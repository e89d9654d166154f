/** Makes flags from a schema of settings: one per option, and one for the kind of a tagged union. */
import type * as v from "valibot";
import { SettingsError } from "../../settings/resolve.ts";
import { isRecord } from "../../settings/record.ts";
import {
  aboutOf,
  bare,
  type Entries,
  entriesOf,
  fallbackOf,
  metadataOf,
  variantsOf,
} from "../../settings/schema.ts";
import { defineFlags, type Flag, type FlagValues, kebab, UsageError } from "./flags.ts";

/** A flag and the option it sets. */
export interface SettingFlag {
  /** The flag's name in camel case. */
  readonly name: string;
  /** Where the option stands in the settings: `["model", "convolution", "heads"]`. */
  readonly path: readonly string[];
  readonly flag: Flag;
  /** Whether it sets the kind of a tagged union. */
  readonly union?: true;
}

/** An option's default as `--help` shows it; undefined for none. */
type Usual = (path: readonly string[], fallback: unknown) => unknown;

/** A flag for each option, nested ones too; an option that several kinds have is one flag. */
export function settingFlags(
  entries: Entries,
  path: readonly string[] = [],
  usual: Usual = (_, fallback) => fallback,
): SettingFlag[] {
  const flags = Object.entries(entries).flatMap(([key, entry]) => flagsOf(key, entry, path, usual));
  return [...new Map(flags.toReversed().map((flag) => [flag.name, flag])).values()].toReversed();
}

function flagsOf(
  key: string,
  entry: v.GenericSchema,
  path: readonly string[],
  usual: Usual,
): SettingFlag[] {
  const about = aboutOf(entry);
  if (about === undefined) return [];
  const here = [...path, key];
  const name = camel(about.flag ?? key);
  const variants = variantsOf(entry);
  if (variants !== undefined) {
    const kinds = [...variants.keys()];
    const fallback = fallbackOf(entry);
    const help = helpOf(about.help, usual(here, isRecord(fallback) ? fallback.kind : undefined));
    const flag = { type: "choice", choices: kinds, help } as const;
    const own: SettingFlag = { name, path: here, flag, union: true };
    return [
      ...kinds.length > 1 ? [own] : [],
      ...[...variants.values()].flatMap((entries) => settingFlags(entries, here, usual)),
    ];
  }
  const nested = entriesOf(entry);
  if (nested !== undefined) return settingFlags(nested, here, usual);
  const flag = flagOf(entry, helpOf(about.help, usual(here, fallbackOf(entry))));
  return flag === undefined ? [] : [{ name, path: here, flag }];
}

function flagOf(entry: v.GenericSchema, help: string): Flag | undefined {
  const { type, options } = bare(entry) as { type: string; options?: readonly string[] };
  const { bytes, path, expected } = metadataOf(entry) as {
    bytes?: true;
    path?: true;
    expected?: string;
  };
  switch (type) {
    case "boolean":
      return { type: "boolean", open: true, help };
    case "picklist":
      return { type: "choice", choices: options!, help };
    case "string":
      return { type: path ? "path" : "string", help };
    case "number":
      return bytes ? { type: "bytes", help } : { type: "number", help, expected };
    case "array":
      return path ? { type: "files", help } : undefined; // lists of other things have no flag
    default:
      return undefined;
  }
}

/** A parsed call: the task's own flags, and its settings. */
export interface SettingsCall<Flags> {
  readonly values: FlagValues<Flags>;
  /** The settings that were given, nested. */
  readonly given: Record<string, unknown>;
  /** The settings' flags that were used. */
  readonly used: readonly SettingFlag[];
}

/** Declares a task's own flags and, after them, those of its settings. */
export function defineSettingFlags<const Flags extends Record<string, Flag>>(
  task: string,
  summary: string,
  settings: readonly SettingFlag[],
  flags: Flags,
  positional: { word?: keyof Flags & string; words?: keyof Flags & string } = {},
): { parse(args: string[]): SettingsCall<Flags> } {
  const own: Record<string, Flag> = Object.fromEntries(
    settings.map(({ name, flag }) => [name, flag]),
  );
  const all = defineFlags(task, summary, { ...flags, ...own }, positional);
  return {
    parse(args) {
      const values = all.parse(args) as Record<string, unknown>;
      const used = settings.filter(({ name }) => values[name] !== undefined);
      return { values: values as FlagValues<Flags>, given: givenOf(used, values), used };
    },
  };
}

/** Nests the values that were given. */
function givenOf(
  flags: readonly SettingFlag[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { name, path, union } of flags) {
    const place = union ? [...path, "kind"] : path;
    const last = place.at(-1)!;
    let at = given;
    for (const key of place.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
    at[last] = values[name];
  }
  return given;
}

/** Resolves settings; a wrong option becomes a UsageError that names the flag it came from. */
export function asCall<T>(used: readonly SettingFlag[], resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const flag = error instanceof SettingsError ? blamed(used, error.path) : undefined;
    if (flag === undefined) throw new UsageError(error.message);
    const { path, reason, found } = error as SettingsError;
    const exact = flag.path.length === path.length && flag.flag.type !== "boolean";
    const shown = exact && found !== undefined ? ` ${found}` : "";
    throw new UsageError(`Cannot use --${kebab(flag.name)}${shown}: ${reason}`);
  }
}

/** The flag that set the option, or an option within it. */
function blamed(used: readonly SettingFlag[], path: readonly string[]): SettingFlag | undefined {
  const within = used.filter((flag) => path.every((key, i) => flag.path[i] === key));
  return within.find((flag) => flag.path.length === path.length) ?? within[0];
}

function helpOf(help: string, usual: unknown): string {
  if (usual === undefined || usual === null) return help;
  return `${help}; default ${typeof usual === "boolean" ? usual ? "on" : "off" : usual}`;
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
