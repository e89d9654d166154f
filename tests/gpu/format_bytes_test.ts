import { formatBytes } from "../../gpu/format_bytes.ts";
import { assertEquals } from "../assert.ts";

Deno.test("formatBytes() counts in powers of 1024, to two digits", () => {
  assertEquals(
    [0, 1023, 1024, 1536, 2 ** 31, 5.128 * 2 ** 30].map(formatBytes),
    ["0 B", "1,023 B", "1 KiB", "1.5 KiB", "2 GiB", "5.13 GiB"],
  );
});
