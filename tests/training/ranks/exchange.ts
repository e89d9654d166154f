/** What three ranks exchange: each prints what it has got as a line of JSON. */
import { Mpi } from "../../../training/ranks/mpi.ts";
import { gatherFloats, gatherJson } from "../../../training/ranks/ranks.ts";

const mpi = Mpi.open((name) => Deno.env.get(name));
const { rank, size } = mpi;
// The order counts: 1 is lost beside 10⁸, unless that has gone before.
const values = Float32Array.of([1, 1e8, -1e8][rank]!, rank, 2 ** -130, rank === 1 ? NaN : 0);
const long = new Float32Array(300_007).map((_, at) => at % 1000 + rank);
const sumOfLong = await mpi.sum(long);
await mpi.barrier();
console.log(JSON.stringify({
  rank,
  size,
  sum: Array.from(await mpi.sum(values)),
  onto: Array.from(await mpi.sum(values, Float32Array.of(0.5, 10, 0, 0))),
  empty: Array.from(await mpi.sum(new Float32Array(0))),
  wrong: sumOfLong.findIndex((value, at) => value !== 3 * (at % 1000) + 3),
  bytes: (await mpi.gather(new Uint8Array(rank).fill(rank))).map((bytes) => Array.from(bytes)),
  floats: (await gatherFloats(mpi, Float32Array.of(rank / 2))).map((floats) => floats[0]),
  json: await gatherJson(mpi, { rank }),
  hasTime: mpi.seconds > 0,
}));
mpi.exit(0);
