/** `readNodeFeatures()` on damaged `.pt` files and on garbage. */
import fc from "fast-check";
import { readNodeFeatures } from "../../../graphs/features/node_features.ts";
import { damaged, garbage } from "../../properties/inputs.ts";
import { testReader } from "../../properties/properties.ts";

const files = ["float32", "float16", "slice", "list"].map((name) =>
  Deno.readFileSync(`tests/graphs/features/${name}.pt`)
);

testReader("readNodeFeatures() of a .pt", {
  name: "torch",
  inputs: fc.oneof(damaged(fc.constantFrom(...files)), garbage(files[0]!.subarray(0, 30))),
  async read(bytes) {
    const path = await Deno.makeTempFile({ suffix: ".pt" });
    try {
      await Deno.writeFile(path, bytes);
      return await readNodeFeatures([path], { nodes: 5, name: "toy" });
    } finally {
      await Deno.remove(path);
    }
  },
  multiple: 1100,
});
