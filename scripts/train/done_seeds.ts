/**
 * The rows of a call's seeds that are done, each in a file beside its seed's state: a call that was stopped
 * and is made again trains no seed twice.
 */
import { removeWhole } from "../../graphs/files/whole_file.ts";
import { readRows, writeRow } from "../../reports/rows/rows.ts";
import { canonical, identityOf } from "../../settings/key.ts";
import { removeRunState } from "../../training/loop/run_state_file.ts";
import { differenceOf, type RunIdentity } from "../../training/loop/run_identity.ts";
import type { Row } from "../../training/row.ts";
import { RUN, type RunAsked, type RunSettings } from "../../training/settings.ts";

/** What a call asks of a seed; without parts of the evaluation where those that fit are to be found. */
export type Asked =
  | RunSettings
  | (Omit<RunSettings, "evaluateParts"> & Pick<RunAsked, "evaluateParts">);

/** Where a seed's row is kept until those of all seeds are there. */
function rowBeside(state: string): string {
  return `${state}.row`;
}

/** The row of a seed that is done, undefined where it is not. Throws a sentence where it is another run's. */
export async function readDoneSeed(
  state: string,
  asked: Asked,
  data: string,
): Promise<Row | undefined> {
  const path = rowBeside(state);
  const [row] = await readRows(path);
  if (row === undefined) return undefined;
  // Which parts fit was found out when it ran.
  const { evaluateParts } = row;
  const ours = { ...asked, evaluateParts: asked.evaluateParts ?? evaluateParts };
  const difference = differenceOf(identity(row, row.data), identity(ours, data));
  if (difference === undefined) return row;
  throw new Error(
    `Cannot go on from ${path}: it is of another run, ${difference}; name another file with --resume, ` +
      "or remove it to begin anew",
  );
}

function identity(run: RunSettings, data: string | undefined): RunIdentity {
  const options = { ...identityOf(RUN, run), data };
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, canonical(value) ?? "null"]),
  );
}

/** Keeps a seed's row in its state's place. */
export async function keepDoneSeed(state: string, row: Row): Promise<void> {
  await writeRow(rowBeside(state), row);
  await removeRunState(state);
}

/** Removes what is left of seeds whose rows are all printed. */
export async function removeDoneSeeds(states: readonly string[]): Promise<void> {
  for (const state of states) {
    await removeRunState(state);
    await removeWhole(rowBeside(state));
  }
}
