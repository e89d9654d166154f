import * as v from "valibot";
import { flag, none, oneOf, only, option, rate, required, whole } from "../../settings/option.ts";
import { complete, resolve, SettingsError } from "../../settings/resolve.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const MEAN = v.variant("kind", [
  v.strictObject({ kind: v.literal("plain") }),
  v.strictObject({ kind: v.literal("power"), p: option(whole({ from: 1 }), 2, { help: "power" }) }),
]);
const SCHEMA = v.strictObject({
  layers: required(whole({ from: 1 }), { help: "layers" }),
  dropout: option(rate(), 0, { help: "dropout" }),
  norm: option(oneOf(["layer", "batch"]), "layer", { help: "norm" }),
  tied: option(flag(), false, { help: "tied" }),
  budget: option(v.nullable(whole()), null, { help: "budget" }),
  mean: option(MEAN, { kind: "power" }, { help: "mean" }),
  groups: only(1, "it has no groups"),
  labels: none("it takes no labels"),
});

const USUAL = {
  layers: 3,
  dropout: 0,
  norm: "layer",
  tied: false,
  budget: null,
  mean: { kind: "power", p: 2 },
  groups: 1,
  labels: null,
} as const;

Deno.test("resolve() fills in every default, those of a tagged union too", () => {
  assertEquals(resolve(SCHEMA, { layers: 3 }), USUAL);
  assertEquals(resolve(SCHEMA, { layers: 3, mean: "plain" }).mean, { kind: "plain" });
  assertEquals(resolve(SCHEMA, { layers: 3, mean: { kind: "power", p: 7 } }).mean, {
    kind: "power",
    p: 7,
  });
  const open = { layers: 3, dropout: undefined };
  assertEquals(resolve(SCHEMA, open), USUAL);
});

Deno.test("resolve() gives what is resolved already as it is", () => {
  const all = resolve(SCHEMA, { layers: 5, mean: "plain", budget: 7, tied: true });
  assertEquals(resolve(SCHEMA, all), all);
});

const WRONG: [given: object, path: string, sentence: string][] = [
  [{}, "layers", "Cannot use layers: it must be given"],
  [{ layers: 0 }, "layers", "Cannot use layers 0: expected a whole number from 1"],
  [{ layers: "3" }, "layers", "Cannot use layers 3: expected a whole number from 1"],
  [{ layers: NaN }, "layers", "Cannot use layers NaN: expected a whole number from 1"],
  [{ layers: 1e300 }, "layers", "Cannot use layers 1e+300: expected a whole number from 1"],
  [
    { layers: 3, dropout: 1 },
    "dropout",
    "Cannot use dropout 1: expected a number from 0 and below 1",
  ],
  [{ layers: 3, norm: "group" }, "norm", "Cannot use norm group: expected layer or batch"],
  [{ layers: 3, tied: "yes" }, "tied", "Cannot use tied yes: expected true or false"],
  [{ layers: 3, budget: -1 }, "budget", "Cannot use budget -1: expected a whole number from 0"],
  [{ layers: 3, groups: 2 }, "groups", "Cannot use groups 2: it has no groups"],
  [{ layers: 3, labels: true }, "labels", "Cannot use labels true: it takes no labels"],
  [{ layers: 3, mean: "root" }, "mean", "Cannot use mean root: expected plain, power"],
  [{ layers: 3, mean: 5 }, "mean", "Cannot use mean 5: expected"],
  [
    { layers: 3, mean: { kind: "plain", p: 3 } },
    "mean.p",
    "Cannot use mean.p: plain has none, only power takes it",
  ],
  [
    { layers: 3, mean: { kind: "power", p: 0 } },
    "mean.p",
    "Cannot use mean.p 0: expected a whole number from 1",
  ],
  [
    { layers: 3, depth: 3 },
    "depth",
    "Cannot use depth: there is no such option, known are layers, dropout",
  ],
];

for (const [given, path, sentence] of WRONG) {
  Deno.test(`resolve() refuses ${JSON.stringify(given)}, with a sentence`, () => {
    const error = assertThrows(
      () => resolve(SCHEMA, given as { layers: number }),
      SettingsError,
      sentence,
    );
    assertEquals((error as SettingsError).path.join("."), path);
  });
}

Deno.test("complete() takes the default of an option that came later, and of no other", () => {
  const about = { help: "decay", later: true };
  const model = v.strictObject({
    layers: option(whole(), 2, { help: "layers" }),
    decay: option(whole(), 0, about),
    groups: only(1, "it has no groups", { later: true }),
  });
  const all = v.strictObject({
    model: required(model, { help: "model" }),
    patience: option(whole(), 5, about),
  });
  const held = { model: { layers: 3 } };
  assertEquals(complete(all, held), {
    model: { layers: 3, decay: 0, groups: 1 },
    patience: 5,
  });
  assertThrows(
    () => complete(all, { model: { decay: 1 }, patience: 1 }),
    SettingsError,
    "Cannot use model.layers: it is missing",
  );
});
