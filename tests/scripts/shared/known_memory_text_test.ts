import { knownMemoryText } from "../../../scripts/shared/known_memory_text.ts";
import { assertEquals } from "../../assert.ts";

const GIB = 2 ** 30;

Deno.test("knownMemoryText() says whose memory is counted with, and what is free now", () => {
  const known = { bytes: 12 * GIB, limit: 16 * GIB, group: undefined, free: 5 * GIB };
  assertEquals(knownMemoryText(known), "75 % of this machine's 16 GiB; 5 GiB are free now");
  assertEquals(
    knownMemoryText({ ...known, limit: 4 * GIB, group: "/sys/fs/cgroup/job", free: GIB }),
    "75 % of the 4 GiB that its control group /sys/fs/cgroup/job allows; 1 GiB are free now",
  );
  assertEquals(
    knownMemoryText(undefined),
    "the largest buffer, as WebGPU does not tell a card's memory; --memory-budget counts with yours",
  );
});
