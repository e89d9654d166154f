/** Calls scripts again and again, and kills them at seeded random moments, until they are left alone. */
import { Random } from "../../graphs/random.ts";
import { type Result, ROOT } from "./task.ts";

/** How often a call is killed before it is left alone. */
export const KILLS = 20;
/** Most new states of a process that is killed after some; more come in the time that killing takes. */
const STATES = 2;
/** Milliseconds in which a process may not have written one yet. */
const START = 600;
/** Milliseconds after a state: its epoch's files, the next epoch, the next state. */
const AFTER = 20;

/**
 * A script as its task calls it, with all permissions; on a disk that has so many bytes left, or on a device
 * that is lost in place of its submission of that number.
 */
export function spawn(
  script: string,
  args: readonly string[],
  { diskBytes, submissions }: { readonly diskBytes?: number; readonly submissions?: number } = {},
): Deno.ChildProcess {
  const preload = [
    ...diskBytes === undefined ? [] : ["--preload", "tests/graphs/files/full_disk.ts"],
    ...submissions === undefined ? [] : ["--preload", "tests/scripts/losing_device.ts"],
  ];
  const deno = ["run", "--quiet", "--no-prompt", "--allow-all", ...preload];
  return new Deno.Command("deno", {
    args: [...deno, `scripts/${script}.ts`, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", DISK_BYTES: `${diskBytes ?? ""}`, SUBMISSIONS: `${submissions ?? ""}` },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** What a process says until it ends. */
export async function ended(child: Deno.ChildProcess): Promise<Result> {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/**
 * Calls a script that keeps states in a folder, kills it `KILLS` times without a warning, and then lets it
 * end. Every fourth process is killed while it starts, the others after some states of their own.
 */
export async function endedAfterKills(
  script: string,
  args: readonly string[],
  { states, seed }: { readonly states: string; readonly seed: number },
): Promise<Result & { readonly alive: number }> {
  const random = new Random(seed);
  const ends: Promise<Result>[] = [];
  let alive = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(script, args);
    ends.push(ended(child));
    let over = false;
    child.status.then(() => over = true);
    if (random.below(4) === 0) await wait(START * random.float());
    else await newStates(states, 1 + random.below(STATES), () => over);
    await wait(AFTER * random.float());
    if (over) continue;
    alive++;
    killed(child);
    // Not for the end of what it started: that may still be at work when the next one begins.
    await child.status;
  }
  const last = await ended(spawn(script, args));
  await Promise.all(ends);
  return { ...last, alive };
}

/** Waits until a folder has had so many new states, or until nothing writes there any more. */
export async function newStates(folder: string, count: number, over: () => boolean): Promise<void> {
  let last = newest(folder);
  while (count > 0 && !over()) {
    await wait(1);
    const now = newest(folder);
    if (now === last) continue;
    last = now;
    count--;
  }
}

/** Tells one state of a folder from the next. */
export function newest(folder: string): string {
  try {
    const states = [...Deno.readDirSync(folder)].filter(({ name }) =>
      name.endsWith(".safetensors")
    );
    return states.map(({ name }) => `${name} ${Deno.statSync(`${folder}/${name}`).ino}`).join();
  } catch {
    return ""; // not made yet, or renamed meanwhile
  }
}

function killed(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((over) => setTimeout(over, milliseconds));
}
