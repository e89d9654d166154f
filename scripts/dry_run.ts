/** `deno task reproduce --dry-run`: the whole plan, run by run, without running it. */
import type { Planned } from "./plan.ts";

export function printPlan(plan: readonly Planned[]): void {
  for (const { settings, title, row } of plan) {
    console.log(`${settings.experiment}: ${title}${row ? " (has its row)" : ""}`);
  }
}
