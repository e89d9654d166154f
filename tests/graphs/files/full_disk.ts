/**
 * A disk that gets full: what is written beyond so many bytes fails as there, the last piece in the midst.
 * As a module that is loaded before a program, it takes the number from `DISK_BYTES`.
 */
const { write } = Deno.FsFile.prototype;

/** Lets this process write so many bytes more. */
export function fillAfter(bytes: number): Disposable {
  let left = bytes;
  Deno.FsFile.prototype.write = async function (this: Deno.FsFile, data: Uint8Array<ArrayBuffer>) {
    if (left === 0 && data.length > 0) throw new Error("No space left on device (os error 28)");
    const done = await write.call(this, data.subarray(0, left));
    left -= done;
    return done;
  };
  return { [Symbol.dispose]: () => void (Deno.FsFile.prototype.write = write) };
}

const given =
  Deno.permissions.querySync({ name: "env", variable: "DISK_BYTES" }).state === "granted"
    ? Deno.env.get("DISK_BYTES")
    : undefined;
if (given !== undefined) fillAfter(Number(given));
