/** Runs a task's own command with the permissions that deno.json gives it, or with one less. */
import config from "../../deno.json" with { type: "json" };
import { ROOT } from "./task.ts";

/** A task whose command is a run of Deno, and no call of other tasks. */
export type PermittedTask = Exclude<keyof typeof config.tasks, "check" | "ok" | "fuzz">;
/** Their names. */
export const PERMITTED_TASKS = Object.entries(config.tasks)
  .filter(([, { command }]) => /\bdeno (run|test)\b/.test(command))
  .map(([name]) => name as PermittedTask);

/** A task's command as words, without the variables that stand before it. */
export function commandOf(task: PermittedTask): string[] {
  const words = config.tasks[task].command.split(" ");
  return words.slice(words.indexOf("deno"));
}

/** One thing that a task may do, as `env HOME`; `read` where it is any file. */
export interface Permission {
  /** With what of Deno's flags it is given: `--allow-env`, `--ignore-env`. */
  readonly flag: string;
  readonly value: string | undefined;
  readonly name: string;
}

/** Each thing that a task may do. */
export function permissionsOf(task: PermittedTask): Permission[] {
  return commandOf(task).flatMap((word) => {
    const [, flag, kind, values] = /^(--(?:allow|ignore)-(\w+))(?:=(.*))?$/.exec(word) ?? [];
    if (flag === undefined) return [];
    return (values?.split(",") ?? [undefined]).map((value) => ({
      flag,
      value,
      name: value === undefined ? kind! : `${kind} ${value}`,
    }));
  });
}

/** The words of a command without a permission; in place of any file, those of the project alone. */
function without(words: readonly string[], { flag, value }: Permission): string[] {
  return words.flatMap((word) => {
    if (word === flag) return [`${flag}=${ROOT.pathname}`];
    if (!word.startsWith(`${flag}=`)) return [word];
    const kept = word.slice(flag.length + 1).split(",").filter((other) => other !== value);
    return kept.length > 0 ? [`${flag}=${kept.join(",")}`] : [];
  });
}

/** How a task is called. */
export interface Call {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder it runs in; default the project's. */
  readonly cwd?: string;
  /** Where it may be ended: once its output has this. */
  readonly until?: RegExp;
}

/** What a task says, its exit code last; without a permission where one is given. */
export async function said(
  task: PermittedTask,
  { args, env, cwd = ROOT.pathname, until }: Call,
  less?: Permission,
): Promise<string> {
  const [deno, verb, ...words] = commandOf(task);
  const own = (less ? without(words, less) : words)
    .map((word) => word.startsWith("scripts/") ? ROOT.pathname + word : word);
  const child = new Deno.Command(deno!, {
    args: [verb!, "--config", `${ROOT.pathname}deno.json`, ...own, ...args],
    cwd,
    env: { ...await quiet(), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  let ended = false;
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (ended || !until?.test(text)) continue;
      ended = true;
      child.kill("SIGKILL");
    }
  };
  const [{ code }] = await Promise.all([child.status, read(child.stdout), read(child.stderr)]);
  return ended ? text : `${text}\nexit code ${code}`;
}

/** No colours, the driver that tasks ask for, and Deno's own files where they are, whatever HOME is. */
async function quiet(): Promise<Record<string, string>> {
  denoDir ??= denoDirectory();
  return {
    NO_COLOR: "1",
    DEBUG: "",
    INIT_CWD: "",
    DENO_DIR: await denoDir,
    DENO_WEBGPU_BACKEND: "vulkan,metal,dx12",
  };
}
let denoDir: Promise<string> | undefined;

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command("deno", { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
