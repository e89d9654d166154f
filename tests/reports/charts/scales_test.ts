import { assertEquals } from "@std/assert";
import { domainOf } from "../../../reports/charts/scales.ts";

const AXIS = { label: "", format: String };

Deno.test("domainOf() ends at the greatest value there is, on linear and logarithmic axes", () => {
  for (const scale of ["linear", "decimal"] as const) {
    const [, bounded] = domainOf({ ...AXIS, scale, most: 100 }, [2, 98], 5).domain;
    const [, free] = domainOf({ ...AXIS, scale }, [2, 98], 5).domain;
    assertEquals(bounded, 100, scale);
    assertEquals(free > 100, true, scale);
  }
});
