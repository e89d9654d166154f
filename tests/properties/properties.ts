/**
 * What every reader of foreign input promises, tried by fast-check on many inputs: it gives a value or
 * throws one sentence; it ends; and it allocates no more than a stated multiple of the input.
 *
 * `deno task test` tries 300 inputs a reader, always the same. `deno task fuzz` tries 10,000, others every
 * day: it prints the seed, and `deno task fuzz --seed SEED` tries the same again. What fails is printed
 * shrunk, bytes in base64; it goes into tests/corpus/<reader>/ as a file, which every run reads again.
 */
import { within } from "./allocations.ts"; // before anything that it is to watch
import fc from "fast-check";
import { assert } from "../assert.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The number behind `--name`; the usual one without it. */
function told(name: string, usual: number): number {
  const text = Deno.args[Deno.args.lastIndexOf(`--${name}`) + 1]; // what the caller added stands last
  return Deno.args.includes(`--${name}`) ? Number(text) : usual;
}

/** Inputs that a property is tried on. */
export const INPUTS = told("inputs", 300);
const SEED = told("seed", Deno.args.includes("--inputs") ? Math.floor(Date.now() / DAY) : 1);
if (Deno.args.includes("--inputs")) console.log(`${INPUTS} inputs of seed ${SEED}`);

/** Seconds that an input may take, a thousand times what most do: a bound on hanging. */
const SECONDS = 20;
const CORPUS = new URL("../corpus/", import.meta.url);

/** A reader of foreign input. */
export interface Reader<Input> {
  /** The folder of its corpus. */
  readonly name: string;
  /** Right inputs, damaged ones and garbage. */
  readonly inputs: fc.Arbitrary<Input>;
  /** Reads one, and asserts what must hold of its value. */
  readonly read: (input: Input) => unknown;
  /** Typed arrays take so many times the bytes of an input at most, beside the base. */
  readonly multiple: number;
  /** Bytes that an input may take whatever its length; default 4 MiB, for a table's longest row. */
  readonly base?: number;
  /** The bytes of an input; default its length. */
  readonly bytesOf?: (input: Input) => number;
  /** An input of the corpus, from its file's bytes; default the bytes. */
  readonly ofFile?: (bytes: Uint8Array<ArrayBuffer>) => Input;
}

/** Registers a test of generated inputs, and one of those that once were answered otherwise. */
export function testReader<Input>(what: string, reader: Reader<Input>): void {
  Deno.test(`${what} answers any input by a value or a sentence`, async () => {
    const counts = { value: 0, sentence: 0 };
    await holds(reader.inputs, async (input) => void counts[await answers(reader, input)]++);
    // Otherwise the inputs would be all alike, and the property empty.
    assert(INPUTS < 100 || counts.value > 0 && counts.sentence > 0, JSON.stringify(counts));
  });
  const found = foundBefore(reader.name);
  if (found.length === 0) return;
  Deno.test(`${what} answers what is in tests/corpus/${reader.name}`, async () => {
    for (const file of found) await replay(reader, file);
  });
}

/** The files of a reader's corpus. */
function foundBefore(name: string): URL[] {
  const folder = new URL(`${name}/`, CORPUS);
  try {
    return Array.from(Deno.readDirSync(folder), (file) => new URL(file.name, folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function replay<Input>(reader: Reader<Input>, file: URL): Promise<void> {
  const { ofFile = (bytes) => bytes as Input } = reader;
  const input = ofFile(await Deno.readFile(file));
  using _ = watched.begin(file.pathname);
  try {
    await answers(reader, input);
  } catch (error) {
    throw new Error(`${file.pathname}: ${(error as Error).message}`, { cause: error });
  }
}

/** Tries a property on many inputs; the first that it fails on is shrunk and told. */
export async function holds<Input>(
  inputs: fc.Arbitrary<Input>,
  property: (input: Input) => void | Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      using _ = watched.begin(input);
      await property(input);
    }),
    { seed: SEED, numRuns: INPUTS, reporter: report },
  );
}

function report<Input>(run: fc.RunDetails<[Input]>): void {
  if (!run.failed) return;
  const [input] = run.counterexample ?? [];
  const { message } = run.errorInstance as Error;
  throw new Error(
    `${message}\nby the input (seed ${run.seed}, path ${run.counterexamplePath}): ` +
      textOf(input),
    { cause: run.errorInstance },
  );
}

/** Bytes in base64, as `base64 -d` reads them; all else as JavaScript. */
function textOf(input: unknown): string {
  return input instanceof Uint8Array ? `base64 ${input.toBase64()}` : fc.stringify(input);
}

/** How a reader answers an input. Throws where it does so in no way that it may. */
async function answers<Input>(
  { read, multiple, base = 2 ** 22, bytesOf }: Reader<Input>,
  input: Input,
): Promise<"value" | "sentence"> {
  const bytes = bytesOf?.(input) ?? (input as { length: number }).length;
  const start = performance.now();
  try {
    await within(base + multiple * bytes, () => read(input));
    return "value";
  } catch (error) {
    assertSentence(error);
    return "sentence";
  } finally {
    const seconds = (performance.now() - start) / 1000;
    assert(seconds < SECONDS, `it took ${seconds} seconds`);
  }
}

/** Words of the engine's own errors. */
const ENGINE = [
  /Cannot ((read|set) propert|(convert|destructure|mix|access|assign|define|redefine) )/,
  /is not (a function|iterable|defined|a constructor|an object)|\bundefined\b|\[object |\bat position\b/,
  /[Ii]nvalid (typed array|array|string|data ?view|count|time) |[Ii]nvalid array buffer|[Ii]nvalid code point/,
  /allocation failed|out of bounds|[Oo]ffset is|iterator|Maximum call stack|should be a multiple|BigInt/,
  /Unexpected (token|end|non-whitespace|string|number)|JSON input/,
];
/** Letters of the longest sentence; what it cites of the input must be cut. */
const LONGEST = 1000;

/** What a person is shown: one line of plain letters that says what cannot be done, in our words. */
export function assertSentence(error: unknown): void {
  assert(error instanceof Error, `no error was thrown but ${error}`);
  const { message } = error;
  const fails = (why: string) => `${why}: ${error.stack ?? message}`;
  assert(message.startsWith("Cannot "), fails("it is no sentence of ours"));
  assert(
    !/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(message),
    fails("it has controls"),
  );
  assert(message.length <= LONGEST, fails(`it has ${message.length} letters`));
  const ours = message.replace(/"(\\.|[^"\\])*"/g, '""'); // what is quoted is the input's
  for (const words of ENGINE) assert(!words.test(ours), fails(`it is the engine's (${words})`));
}

/** Tells the watchdog which input is at work. */
class Watched {
  readonly #shared = new SharedArrayBuffer(2 ** 20);
  readonly #count = new Int32Array(this.#shared, 0, 2);
  readonly #text = new Uint8Array(this.#shared, 8);

  constructor() {
    const worker = new Worker(new URL("watchdog.ts", import.meta.url), { type: "module" });
    worker.postMessage(this.#shared);
  }

  /** Says what is begun, and when disposed of that it is done. */
  begin(input: unknown): Disposable {
    const { written } = new TextEncoder().encodeInto(textOf(input), this.#text);
    this.#count[1] = written;
    Atomics.add(this.#count, 0, 1);
    return { [Symbol.dispose]: () => void Atomics.add(this.#count, 0, 1) };
  }
}

const watched = new Watched();
