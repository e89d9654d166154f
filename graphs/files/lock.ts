/**
 * Locks on names, so that two processes do not write one thing. The system lifts a lock when its holder
 * ends, however it ends: none is ever stale.
 */
import { dirname } from "node:path";
import { hostName } from "./host_name.ts";

/** A lock that is held until it is disposed of, which removes its file. */
export interface Lock extends Disposable {
  readonly path: string;
}

/**
 * Takes the lock that a file stands for; undefined where another process has it. The file names its holder
 * meanwhile. With `wait` it waits for the other one's end. Where a file system has no locks, all are free.
 */
export async function lock(path: string, { wait = false } = {}): Promise<Lock | undefined> {
  await Deno.mkdir(dirname(path), { recursive: true });
  while (true) {
    const file = await Deno.open(path, { create: true, read: true, write: true });
    try {
      if (wait) await file.lock(true);
      else if (!await file.tryLock(true)) {
        file.close();
        return undefined;
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
    }
    if (await isStill(path, file)) return await held(path, file);
    // Its holder has removed it since.
    file.close();
  }
}

/** Whether a name is still that of an open file. */
async function isStill(path: string, file: Deno.FsFile): Promise<boolean> {
  try {
    return (await Deno.stat(path)).ino === (await file.stat()).ino;
  } catch {
    return false;
  }
}

async function held(path: string, file: Deno.FsFile): Promise<Lock> {
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${ourselves()}\n`));
  } catch {
    // Without our name, as on a disk that is full, it is a lock all the same.
  }
  return {
    path,
    [Symbol.dispose]() {
      try {
        Deno.removeSync(path);
      } catch {
        // Whoever removed the folder removed it too.
      }
      file.close();
    },
  };
}

/** Who holds a lock, as a clause. */
export async function holderOf(path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.trim() || "another process";
}

function ourselves(): string {
  const host = hostName();
  return `process ${Deno.pid}${host === undefined ? "" : ` on ${host}`}, since ${
    new Date().toISOString()
  }`;
}
