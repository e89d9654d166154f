/** Starts several processes by each of the MPIs that `./run test` installs. */
import { type Result, ROOT } from "../../scripts/task.ts";

/** The launchers, as Debian calls them; Open MPI's asks for permission to be root's. */
export const LAUNCHERS = {
  "MPICH": "mpirun.mpich",
  "Open MPI": "mpirun.openmpi --oversubscribe",
} as const;
export type Launcher = keyof typeof LAUNCHERS;

/** What a command says that so many processes run; another one may take the last process's place. */
export async function launch(
  launcher: Launcher,
  processes: number,
  command: readonly string[],
  last?: readonly string[],
): Promise<Result> {
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");
  const all = last
    ? `-n ${processes - 1} ${quoted(command)} : -n 1 ${quoted(last)}`
    : `-n ${processes} ${quoted(command)}`;
  const call = new Deno.Command("sh", {
    args: ["-c", `exec ${LAUNCHERS[launcher]} ${all}`],
    cwd: ROOT,
    env: {
      NO_COLOR: "1",
      OMPI_ALLOW_RUN_AS_ROOT: "1",
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
      DENO_WEBGPU_BACKEND: "vulkan,metal,dx12",
    },
  });
  const { code, stdout, stderr } = await call.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}
