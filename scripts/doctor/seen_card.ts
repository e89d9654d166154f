/** Which card this process sees, as far as WebGPU, the scheduler and the system tell. */
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { hostName } from "../../graphs/files/host_name.ts";

/** What one process sees. */
export interface SeenCard extends Pick<AdapterInfo, "name" | "driver"> {
  /** The machine. */
  readonly host: string;
  /** What the scheduler says that it was given, such as `SLURM_STEP_GPUS=1`. */
  readonly given: readonly string[];
  /** Device files of cards that it may open; a scheduler's control groups leave it its own. */
  readonly files: readonly string[];
}

/** Where schedulers tell a process of its cards. Vulkan heeds neither. */
const VARIABLES = ["SLURM_STEP_GPUS", "CUDA_VISIBLE_DEVICES"];
/** Cards of a machine that are looked for. */
const MOST = 16;
/** The first number of Linux's render nodes. */
const FIRST_RENDERER = 128;
/** C's R_OK | W_OK. */
const READ_AND_WRITE = 6;

/** What this process sees; `variable` reads one of the environment. */
export function seenCard(
  { name, driver }: AdapterInfo,
  variable: (name: string) => string | undefined,
): SeenCard {
  const given = VARIABLES.flatMap((name) => {
    const value = variable(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return { host: hostName() ?? "this machine", name, driver, given, files: usableFiles() };
}

/**
 * NVIDIA's device files, or where there are none Linux's render nodes. Asked of C's library, as Deno opens
 * nothing below /dev; none where there is no such library.
 */
function usableFiles(): string[] {
  let library;
  try {
    library = Deno.dlopen("libc.so.6", {
      access: { parameters: ["buffer", "i32"], result: "i32" },
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return [];
  }
  const { symbols: { access } } = library;
  const usable = (nameOf: (card: number) => string) =>
    Array.from({ length: MOST }, (_, card) => nameOf(card)).filter((path) =>
      access(new TextEncoder().encode(`${path}\0`), READ_AND_WRITE) === 0
    );
  const nvidia = usable((card) => `/dev/nvidia${card}`);
  const found = nvidia.length > 0
    ? nvidia
    : usable((card) => `/dev/dri/renderD${FIRST_RENDERER + card}`);
  library.close();
  return found;
}
