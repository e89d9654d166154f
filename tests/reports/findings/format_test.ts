import * as format from "../../../reports/findings/format.ts";
import { spreadText } from "../../../reports/findings/spread.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("bytes() has three digits and IEC units", () => {
  assertEquals(
    [0, 1000, 1536, 32_715_571, 2 ** 31].map(format.bytes),
    ["0 B", "1000 B", "1.5 KiB", "31.2 MiB", "2 GiB"],
  );
});

Deno.test("seconds() never falls into powers of ten", () => {
  assertEquals([0.31, 12.44, 1012.4].map(format.seconds), ["0.310", "12.4", "1012"]);
});

Deno.test("duration() is short", () => {
  assertEquals([0.34, 72, 3852.2].map(format.duration), ["0.3s", "1m 12s", "1h 4m 12s"]);
});

Deno.test("roughly() has two units at most", () => {
  assertEquals([3.25, 64, 3852, 1975432].map(format.roughly), [
    "3.3s",
    "1m 4s",
    "1h 4m",
    "22d 20h",
  ]);
});

Deno.test("spreadText() leaves out the spread of one value", () => {
  assertEquals(spreadText({ mean: 0.8, std: null }, format.score), "80.00");
  assertEquals(spreadText({ mean: 0.8, std: 0.003 }, format.score), "80.00 ± 0.30");
});

Deno.test("amount() has the number as an axis does", () => {
  assertEquals([1, 14, 1001].map((n) => format.amount(n, "layer")), [
    "1 layer",
    "14 layers",
    "1001 layers",
  ]);
});

Deno.test("residual() has two digits, and no exponent from 0.1 on", () => {
  assertEquals(
    [0, 3.141e-7, 1e-3, 0.0999, 0.168, 1, 12.4, null].map(format.residual),
    ["0", "3.1e-7", "1e-3", "0.1", "0.17", "1", "12", "∞"],
  );
});

Deno.test("list() and plural() read as English", () => {
  assertEquals(format.list(["3", "7", "14"]), "3, 7 and 14");
  assertEquals([1, 2, 1200].map((n) => format.plural(n, "run")), ["1 run", "2 runs", "1,200 runs"]);
});
