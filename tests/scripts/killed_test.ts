/** Runs that are killed again and again end with the bits of runs that are not. */
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { ended, endedAfterKills, KILLS, spawn } from "./killed.ts";

/** Flags of the calls that are killed, beside a run that lasts for longer than the kills. */
const CALLS: Record<string, readonly string[]> = {
  "the whole graph": [],
  "by parts": ["--parts", "3"],
};

const RUN = ["--dataset", "planted", "--layers", "2", "--channels", "8", "--epochs", "100"];

/** What may differ: the time of day, and time itself. */
function measured({ date: _date, secondsPerEpoch: _seconds, waitShare: _share, ...row }: Row) {
  return row;
}

for (const [seed, [name, flags]] of Object.entries(CALLS).entries()) {
  Deno.test(`train killed ${KILLS} times ends in the row, weights and predictions of an undisturbed run, ${name}`, async () => {
    const folder = await Deno.makeTempDir();
    const keeping = (at: string) => {
      Deno.mkdirSync(`${folder}/${at}`);
      const files = ["save", "predictions"].flatMap((
        file,
      ) => [`--${file}`, `${folder}/${at}/${file}`]);
      return [...RUN, ...flags, ...files];
    };
    try {
      const states = `${folder}/killed`;
      const resume = ["--resume", `${states}/state.safetensors`, "--resume-every", "0"];
      const [whole, killed] = await Promise.all([
        ended(spawn("train", keeping("whole"))),
        endedAfterKills("train", [...keeping("killed"), ...resume], { states, seed }),
      ]);
      assertEquals([whole.code, killed.code], [0, 0], killed.err);
      assertEquals(killed.alive, KILLS, "it ended before it was killed so often");
      assert(killed.err.includes("Goes on from "), killed.err);
      const [row, same]: Row[] = [whole, killed].map(({ out }) => JSON.parse(out));
      assertEquals(measured(same!), measured(row!));
      for (const file of ["save", "predictions"]) {
        const [bytes, others] = ["killed", "whole"].map((at) =>
          Deno.readFileSync(`${folder}/${at}/${file}`)
        );
        assertEquals(bytes, others, file);
      }
      // Nothing is left of the states, nor of files that were being written when it was killed.
      const left = [...Deno.readDirSync(states)].map(({ name }) => name).sort();
      assertEquals(left, ["predictions", "save"]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
