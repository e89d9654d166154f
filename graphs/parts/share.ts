/** Puts typed arrays on shared memory, which workers read without a copy. */

/** The same value with all its arrays on shared memory; arrays that are there already are not copied. */
export function share<T>(value: T): T {
  if (value instanceof Float32Array || value instanceof Uint32Array) {
    return onSharedMemory(value) as T;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(share) as T;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, share(held)])) as T;
}

/** The buffers of all arrays in a value, each once: they can be transferred to another thread. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === "object" && value !== null) {
    for (const held of Object.values(value)) buffersOf(held, found);
  }
  return found;
}

function onSharedMemory(array: Float32Array | Uint32Array): Float32Array | Uint32Array {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const Type = array.constructor as Float32ArrayConstructor;
  const shared = new Type(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}
