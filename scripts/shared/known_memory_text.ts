/** Words for the memory that is assumed when no budget is given. */
import { formatBytes } from "../../gpu/format_bytes.ts";
import { type KnownMemory, SHARE } from "../../gpu/known_memory.ts";

/** Where the figure comes from, as a clause. */
export function knownMemoryText(known: KnownMemory | undefined): string {
  if (known === undefined) {
    return "the largest buffer, as WebGPU does not tell a card's memory; --memory-budget counts " +
      "with yours";
  }
  const { limit, group, free } = known;
  const whose = group === undefined
    ? `this machine's ${formatBytes(limit)}`
    : `the ${formatBytes(limit)} that its control group ${group} allows`;
  return `${SHARE * 100} % of ${whose}; ${formatBytes(free)} are free now`;
}
