/**
 * Counts the bytes that typed arrays ask for, from this module's import on: import it before what is
 * watched, as modules may keep a constructor. What a file announces is thus caught before a machine with
 * room for it would grant it.
 */

const NAMES = [
  ...["ArrayBuffer", "Uint8Array", "Int8Array", "Uint8ClampedArray", "Uint16Array", "Int16Array"],
  ...["Uint32Array", "Int32Array", "Float16Array", "Float32Array", "Float64Array"],
  ...["BigInt64Array", "BigUint64Array"],
] as const;

type Constructor = new (...args: unknown[]) => { readonly byteLength: number };

let asked = 0;
let most = Infinity;
let exceeded: string | undefined;

for (const name of NAMES) {
  const plain =
    (globalThis as unknown as Record<string, Constructor & { BYTES_PER_ELEMENT?: number }>)[
      name
    ]!;
  const bytes = plain.BYTES_PER_ELEMENT ?? 1;
  const counting: Constructor = new Proxy(plain, {
    construct(target, args, newTarget): object {
      const [first] = args;
      if (typeof first === "number") count(first * bytes, name);
      else if (Array.isArray(first) || ArrayBuffer.isView(first)) {
        count((first as ArrayLike<unknown>).length * bytes, name);
      }
      return Reflect.construct(target, args, newTarget === counting ? target : newTarget);
    },
  });
  (globalThis as unknown as Record<string, unknown>)[name] = counting;
}

function count(bytes: number, name: string): void {
  asked += bytes;
  if (asked <= most) return;
  exceeded ??= `a ${name} makes it ${asked} bytes, of ${most} allowed`;
  throw new Error(exceeded); // in place of the allocation
}

/** Runs `use`, whose typed arrays may take so many bytes together; returns what it returns. */
export async function within<T>(bytes: number, use: () => T | Promise<T>): Promise<T> {
  [asked, most, exceeded] = [0, bytes, undefined];
  try {
    return await use();
  } finally {
    most = Infinity;
    // Whatever a reader makes of the error.
    // deno-lint-ignore no-unsafe-finally
    if (exceeded !== undefined) throw new Error(exceeded);
  }
}
