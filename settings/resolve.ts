/** Checks options and fills in every default; nothing else checks them. */
import * as v from "valibot";
import { orList } from "./option.ts";
import { isRecord } from "./record.ts";
import { type Entries, entriesFor, entryOf, fallbackOf, isLater, variantsOf } from "./schema.ts";
import { shown } from "./shown.ts";
import type { Given, Resolved } from "./types.ts";

/** Thrown for an option that cannot be used: its path, and a sentence. */
export class SettingsError extends RangeError {
  /** What the error is called. */
  override name = "SettingsError";

  /** Composes the sentence from the option, the value found and the reason. */
  constructor(
    /** Such as `["model", "convolution", "heads"]`. */
    readonly path: readonly string[],
    /** What is wrong with it, after a colon. */
    readonly reason: string,
    /** The value found, as text; undefined if it is missing or does not matter. */
    readonly found?: string,
  ) {
    super(`Cannot use ${placeOf(path)}${found === undefined ? "" : ` ${found}`}: ${reason}`);
  }

  /** What is wrong of something that holds the option, as `its model.layers is 0: …`. */
  get clause(): string {
    const { path, found, reason } = this;
    return `its ${placeOf(path)}${found === undefined ? "" : ` is ${found}`}: ${reason}`;
  }
}

function placeOf(path: readonly string[]): string {
  return path.map((name) => shown(name)).join(".");
}

/**
 * Checks options and fills in the defaults. Throws a SettingsError.
 *
 * @internal
 */
export function resolve<const Schema extends v.GenericSchema>(
  schema: Schema,
  given: Given<Schema>,
): Resolved<Schema> {
  const whole = withKinds(schema, given);
  refuseUnknown(schema, whole, []);
  const result = v.safeParse(schema, whole, { abortEarly: true });
  if (!result.success) throw errorOf(result.issues[0]);
  return result.output as Resolved<Schema>;
}

/** Turns a kind given alone into `{ kind }`, and adds the default kind to options given without one. */
function withKinds(schema: v.GenericSchema, value: unknown): unknown {
  if (variantsOf(schema) !== undefined) {
    if (typeof value === "string") return { kind: value };
    const usual = fallbackOf(schema);
    if (isRecord(value) && value.kind === undefined && isRecord(usual)) {
      value = { kind: usual.kind, ...value };
    }
  }
  const entries = entriesFor(schema, value);
  if (entries === undefined || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) => {
      if (held === undefined) return [];
      const entry = entryOf(entries, name);
      return [[name, entry ? withKinds(entry, held) : held]];
    }),
  );
}

/** Throws if a value has a field that its kind lacks: a schema alone would not say which kind takes it. */
function refuseUnknown(schema: v.GenericSchema, value: unknown, path: readonly string[]): void {
  const entries = entriesFor(schema, value);
  if (entries === undefined || !isRecord(value)) return;
  for (const [name, held] of Object.entries(value)) {
    const entry = entryOf(entries, name);
    if (entry === undefined) throw unknownOption(schema, value, [...path, name]);
    refuseUnknown(entry, held, [...path, name]);
  }
}

function unknownOption(
  schema: v.GenericSchema,
  value: Record<string, unknown>,
  path: readonly string[],
): SettingsError {
  const name = path.at(-1)!;
  const variants = variantsOf(schema);
  const takers = [...variants ?? []].flatMap(([kind, entries]) =>
    entryOf(entries, name) ? [kind] : []
  );
  if (takers.length > 0) {
    return new SettingsError(path, `${value.kind} has none, only ${orList(takers)} takes it`);
  }
  const known = Object.keys(entriesFor(schema, value) as Entries);
  return new SettingsError(path, `there is no such option, known are ${known.join(", ")}`);
}

function errorOf(issue: v.BaseIssue<unknown>): SettingsError {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  if (issue.type === "variant") {
    return new SettingsError(
      path.length > 1 && path.at(-1) === "kind" ? path.slice(0, -1) : path,
      `expected ${
        issue.expected?.replaceAll('"', "").replaceAll(" | ", ", ").replace(/[()]/g, "")
      }`,
      issue.input === undefined ? undefined : shown(issue.input),
    );
  }
  if (issue.input === undefined) return new SettingsError(path, "it must be given");
  if (issue.expected === "never") return new SettingsError(path, "there is no such option");
  return new SettingsError(path, reasonOf(issue), shown(issue.input));
}

const KINDS: Readonly<Record<string, string>> = { Object: "an object", Array: "a list" };

/** The option's own sentence, or what valibot expected if it has none. */
function reasonOf({ message, expected }: v.BaseIssue<unknown>): string {
  if (!message.startsWith("Invalid ") || expected === null) return message;
  return `expected ${KINDS[expected] ?? expected.replaceAll('"', "")}`;
}

/**
 * Like `resolve`, for settings that must hold every option except newer ones, as rows on disk do.
 * Throws a SettingsError.
 */
export function complete<const Schema extends v.GenericSchema>(
  schema: Schema,
  held: unknown,
): Resolved<Schema> {
  const resolved = resolve(schema, held as Given<Schema>);
  const absent = missing(schema, resolved, held, []);
  if (absent !== undefined) throw new SettingsError(absent, "it is missing");
  return resolved;
}

/** The first path that `all` has and `held` lacks; newer options may be missing. */
function missing(
  schema: v.GenericSchema | undefined,
  all: unknown,
  held: unknown,
  path: readonly string[],
): readonly string[] | undefined {
  if (Array.isArray(all)) {
    return firstOf(
      all.map((one, i) => missing(undefined, one, (held as unknown[])[i], [...path, String(i)])),
    );
  }
  if (!isRecord(all)) return undefined;
  if (!isRecord(held)) return path;
  const entries = schema && entriesFor(schema, all);
  return firstOf(
    Object.entries(all).map(([name, value]) => {
      const entry = entryOf(entries, name);
      if (Object.hasOwn(held, name)) return missing(entry, value, held[name], [...path, name]);
      return entry && isLater(entry) ? undefined : [...path, name];
    }),
  );
}

function firstOf<T>(found: readonly (T | undefined)[]): T | undefined {
  return found.find((one) => one !== undefined);
}

/** The fields of `from` that are options in `entries`. */
export function pick(entries: Entries, from: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => entryOf(entries, name)));
}
