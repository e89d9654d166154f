/** The state of a run that several ranks train: the first one's file, whose state all of them go on from. */
import type { Ranks } from "../ranks/ranks.ts";
import { decodeState, encodeState } from "./run_state.ts";
import type { RunStateFile } from "./run_state_file.ts";

/** What keeps a run's state while it trains. */
export type StateKeeper = Pick<RunStateFile, "read" | "due" | "isDueBefore" | "write">;

/** The first rank hands in its file, the others hand in none. */
export function stateOfRanks(ranks: Ranks, file: RunStateFile | undefined): StateKeeper {
  return {
    async read() {
      const own = await file?.read();
      // Which run it is of, the first rank has looked at.
      const [bytes] = await ranks.gather(own ? encodeState(own, {}) : new Uint8Array(0));
      return bytes!.length === 0 ? undefined : decodeState(bytes!.slice(), {});
    },
    get due() {
      return file?.due ?? false;
    },
    isDueBefore: (seconds) => file?.isDueBefore(seconds) ?? false,
    write: async (state) => await file?.write(state),
  };
}
