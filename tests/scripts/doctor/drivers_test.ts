import { driverAdvice } from "../../../scripts/doctor/drivers.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("driverAdvice() says what to install on each system that there are drivers for", () => {
  const linux = driverAdvice("linux").join("\n");
  for (const word of ["Debian", "Ubuntu", "Fedora", "graphics", "VK_DRIVER_FILES", "NVIDIA"]) {
    assert(linux.includes(word), `${linux} lacks ${word}`);
  }
  assert(driverAdvice("windows")[0]!.includes("Direct3D 12"));
  assert(driverAdvice("darwin")[0]!.includes("Metal"));
  assertEquals(driverAdvice("freebsd"), driverAdvice("linux"));
});
