/** The two scripts of a submission to Slurm: what sbatch runs as each task, and the calls of sbatch. */
import { shellWord } from "../../settings/call.ts";
import { rangesOf, type TaskArray } from "./arrays.ts";

export interface TaskCall {
  readonly name: string;
  /** The task of ours that is called. */
  readonly task: string;
  /** The project's folder, from the root. */
  readonly project: string;
  /** The words after its name, without the run's number. */
  readonly call: readonly string[];
  /** Cards of a task; 0 where the plan was made on a processor. */
  readonly gpus: number;
}

/**
 * What a task does: one run, whose number is the task's and an offset. A warning of the task's end is handed
 * on, and brings the task back, unless it was cancelled: to be requeued would undo that.
 */
export function taskScript({ name, task, project, call, gpus }: TaskCall): string {
  return `#!/bin/sh
# One task of an array: the run whose number is the task's and $1. Written by ${task} --slurm.
#SBATCH --job-name=${name}
#SBATCH --output=logs/%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@60
#SBATCH --ntasks=1 --cpus-per-task=2${gpus > 0 ? ` --gpus-per-task=${gpus}` : ""}
cd ${shellWord(project)} || exit
task=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
echo "run $(($1 + SLURM_ARRAY_TASK_ID)): task $task on $(uname -n), restart \${SLURM_RESTART_COUNT:-0}"
run= warned=
# Sites warn by one signal or another; by any of them the run writes its state and ends.
warn() {
  warned=1
  [ -z "$run" ] || kill -TERM "$run" 2>/dev/null
}
trap warn USR1 USR2 TERM
./run ${task} ${call.map(shellWord).join(" ")} --run $(($1 + SLURM_ARRAY_TASK_ID)) &
run=$!
[ -z "$warned" ] || warn
wait "$run"
code=$?
while kill -0 "$run" 2>/dev/null; do # a signal ends a wait
  wait "$run"
  code=$?
done
# Out of time or in another's way, not cancelled: the task comes again, and goes on from the run's state.
if [ "$warned" ] && [ "$code" -ne 0 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt 100 ] &&
  [ "$(squeue --noheader --format=%T --jobs="$task")" = RUNNING ]; then
  scontrol requeue "$task"
fi
exit "$code"
`;
}

/** The calls of sbatch; \`folder\` is where the task's script stands. */
export function submitScript(
  arrays: readonly TaskArray[],
  { task, folder }: { readonly task: string; readonly folder: string },
): string {
  return `#!/bin/sh
# Submits the runs that had no row. Words of this call go to every sbatch, and outdo what stands here and in
# task.sh, as in: sh submit.sh --partition=gpu --account=mine --time=8:00:00 --signal=B:USR2@120
# Written by ${task} --slurm; call that again for what is left.
set -eu
cd ${shellWord(folder)}
submit() { # prints the array's number, which a federation of clusters puts its own name after
  array=$(sbatch --parsable "$@") || exit
  echo "\${array%%;*}"
}
${arrays.map((array, i) => submission(array, i, arrays)).join("\n")}
`;
}

function submission(array: TaskArray, i: number, arrays: readonly TaskArray[]): string {
  const { runs, offset, hours, gibibytes, teachers } = array;
  const tasks = rangesOf(runs.map((run) => run - offset));
  // A teacher that fails has its students say so, each in its log.
  const before = teachers.map((run) => {
    const at = arrays.findIndex((other) => other.runs.includes(run));
    return `:\${array${at + 1}}_${run - arrays[at]!.offset}`;
  });
  const waits = before.length > 0 ? [`--dependency="afterany${before.join("")}"`] : [];
  const words = [`--array=${tasks}`, `--time=${60 * hours}`, `--mem=${gibibytes}G`, ...waits];
  return `array${i + 1}=$(submit ${words.join(" ")} "$@" task.sh ${offset})
echo "array $array${i + 1}: runs ${rangesOf(runs)}"`;
}
