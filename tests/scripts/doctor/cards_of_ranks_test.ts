/** What is said of the cards of ranks: lines for each, and what does not suit one training. */
import {
  cardLines,
  type CardOfRank,
  cardWarnings,
} from "../../../scripts/doctor/cards_of_ranks.ts";
import { assert, assertEquals } from "../../assert.ts";

const CARD: CardOfRank = {
  ...{ host: "a", name: "NVIDIA H100", driver: "NVIDIA, device 9008" },
  ...{ given: ["SLURM_STEP_GPUS=0"], files: ["/dev/nvidia0"], selfTest: "equal to float64's" },
};
const OTHER = { ...CARD, given: ["SLURM_STEP_GPUS=1"], files: ["/dev/nvidia1"] };

Deno.test("cardWarnings() has none for a card each, and for equal files of two machines", () => {
  assertEquals(cardWarnings([CARD]), []);
  assertEquals(cardWarnings([CARD, OTHER, { ...CARD, host: "b" }]), []);
});

Deno.test("cardWarnings() names the ranks of a machine that see the same card", () => {
  const remedy =
    "they wait for each other; give each its own, by --gpus-per-task=1 where control " +
    "groups confine device files";
  assertEquals(cardWarnings([CARD, OTHER, CARD]), [
    `ranks 0 and 2 on a see the same one, NVIDIA H100 (/dev/nvidia0): ${remedy}`,
  ]);
  // The scheduler told them apart, but nothing keeps Vulkan from the other card.
  const files = ["/dev/nvidia0", "/dev/nvidia1"];
  const [one, two] = [{ ...CARD, files }, { ...OTHER, files }];
  assertEquals(cardWarnings([one, two, { ...one, host: "b" }, { ...two, host: "b" }]), [
    `ranks 0 and 1 on a see the same cards and take the same one, NVIDIA H100 (${files[0]}, ` +
    `${files[1]}): ${remedy}`,
    `ranks 2 and 3 on b see the same cards and take the same one, NVIDIA H100 (${files[0]}, ` +
    `${files[1]}): ${remedy}`,
  ]);
  const software = { ...CARD, name: "llvmpipe", files: [] };
  assertEquals(cardWarnings([software, software, software]), [
    `ranks 0, 1 and 2 on a see the same one, llvmpipe: ${remedy}`,
  ]);
});

Deno.test("cardWarnings() names the first rank whose adapter or driver is another", () => {
  for (const change of [{ name: "NVIDIA A100" }, { driver: "NVIDIA, device 1" }]) {
    const [warning, ...more] = cardWarnings([CARD, OTHER, { ...CARD, host: "b", ...change }]);
    assertEquals(more, []);
    assert(warning!.startsWith("rank 2 has another adapter or driver than rank 0 ("), warning);
    assert(warning!.includes(Object.values(change)[0]!), warning);
  }
});

Deno.test("cardLines() show what each rank sees, and what it does not", () => {
  assertEquals(cardLines([CARD, { ...CARD, host: "b", given: [], files: [] }]), [
    "rank 0 of 2 on a",
    "  adapter    NVIDIA H100",
    "  driver     NVIDIA, device 9008",
    "  given      SLURM_STEP_GPUS=0",
    "  may open   /dev/nvidia0",
    "  self-test  equal to float64's",
    "rank 1 of 2 on b",
    "  adapter    NVIDIA H100",
    "  driver     NVIDIA, device 9008",
    "  given      the scheduler names no card",
    "  may open   no card's device file",
    "  self-test  equal to float64's",
  ]);
});
