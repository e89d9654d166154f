/**
 * Reads the few kinds of Python pickles that `torch.save` makes of one tensor. Nothing is looked up or run:
 * what a pickle calls is returned as plain data, and an instruction of any other kind is refused.
 */

/** A name in a Python module, as `torch FloatStorage`. */
export interface Global {
  readonly global: string;
}
/** What a function would be called with. */
export interface Called {
  readonly called: Value;
  readonly with: readonly Value[];
}
/** A value that is stored elsewhere. */
export interface Persistent {
  readonly persistent: Value;
}
/** What a pickle holds. */
export type Value =
  | number
  | string
  | boolean
  | null
  | readonly Value[]
  | Global
  | Called
  | Persistent;

const MARK = Symbol("mark");
type Stack = (Value | typeof MARK)[];

/** Reads a pickle. Throws where it holds anything that a tensor does not need. */
export function readPickle(bytes: Uint8Array): Value {
  const reader = new Reader(bytes);
  const stack: Stack = [];
  const memo = new Map<number, Value>();
  for (;;) {
    const code = reader.byte();
    if (code === STOP) return popped(stack);
    const run = INSTRUCTIONS.get(code);
    if (run === undefined) throw new SyntaxError(`it has the instruction ${code}`);
    run(reader, stack, memo);
  }
}

class Reader {
  #at = 0;
  readonly #view: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }
  short(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }
  word(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }
  signed(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }
  text(length: number): string {
    const at = this.#skip(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }
  line(): string {
    const end = this.bytes.indexOf(10, this.#at);
    if (end < 0) throw new SyntaxError("it breaks off");
    const line = this.text(end - this.#at);
    this.#skip(1);
    return line;
  }
  #skip(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.bytes.length) throw new SyntaxError("it breaks off");
    return at;
  }
}

type Instruction = (reader: Reader, stack: Stack, memo: Map<number, Value>) => void;
const STOP = ".".charCodeAt(0);
/** Beyond these bytes an integer is no size. */
const LONGEST_INTEGER = 6;

const push = (of: (reader: Reader) => Value): Instruction => (reader, stack) =>
  void stack.push(of(reader));
const tuple = (size: number): Instruction => (_, stack) => {
  const items = Array.from({ length: size }, () => popped(stack)).reverse();
  stack.push(items);
};
const remember = (place: (reader: Reader) => number): Instruction => (reader, stack, memo) => {
  const value = popped(stack);
  memo.set(place(reader), value);
  stack.push(value);
};
const recall = (place: (reader: Reader) => number): Instruction => (reader, stack, memo) => {
  const value = memo.get(place(reader));
  if (value === undefined) throw new SyntaxError("it recalls what it has not remembered");
  stack.push(value);
};

/** By their codes: those of protocol 2 that a tensor, its storage and an empty OrderedDict take. */
const INSTRUCTIONS = new Map<number, Instruction>([
  [0x80, (reader) => void reader.byte()], // protocol
  [0x63, push((reader) => ({ global: `${reader.line()} ${reader.line()}` }))], // c
  [0x28, (_, stack) => void stack.push(MARK)], // (
  [0x29, push(() => [])], // )
  [0x74, (_, stack) => { // t
    const items: Value[] = [];
    for (;;) {
      const item = stack.pop();
      if (item === undefined) throw new SyntaxError("it has no mark for a tuple");
      if (item === MARK) break;
      items.unshift(item);
    }
    stack.push(items);
  }],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x51, (_, stack) => void stack.push({ persistent: popped(stack) })], // Q
  [0x52, (_, stack) => { // R
    const given = popped(stack);
    stack.push({ called: popped(stack), with: Array.isArray(given) ? given : [given] });
  }],
  [0x4e, push(() => null)], // N
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  [0x4b, push((reader) => reader.byte())], // K
  [0x4d, push((reader) => reader.short())], // M
  [0x4a, push((reader) => reader.signed())], // J
  [0x8a, push(integer)],
  [0x58, push((reader) => reader.text(reader.word()))], // X
  [0x71, remember((reader) => reader.byte())], // q
  [0x72, remember((reader) => reader.word())], // r
  [0x68, recall((reader) => reader.byte())], // h
  [0x6a, recall((reader) => reader.word())], // j
]);

/** A positive integer of some bytes, the lowest first. */
function integer(reader: Reader): number {
  const length = reader.byte();
  if (length > LONGEST_INTEGER) throw new SyntaxError(`it has an integer of ${length} bytes`);
  return Array.from({ length }, () => reader.byte())
    .reduce((sum, byte, k) => sum + byte * 256 ** k, 0);
}

function popped(stack: Stack): Value {
  const value = stack.pop();
  if (value === undefined || value === MARK) throw new SyntaxError("its stack is empty");
  return value;
}
