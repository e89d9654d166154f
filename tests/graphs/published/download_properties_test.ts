/** `download()` beside any note that an unfinished download, or somebody else, left. */
import { holds } from "../../properties/properties.ts";
import fc from "fast-check";
import { download } from "../../../graphs/published/download.ts";
import { assertEquals } from "../../assert.ts";
import { serve } from "../http_server.ts";
import { withFolder } from "../../folder.ts";
import { changed, damaged, joined, json, jsonText } from "../../properties/inputs.ts";

const BYTES = Uint8Array.from({ length: 100 }, (_, k) => k * k);
const bytesOf = (text: string) => joined(new TextEncoder().encode(text));

Deno.test("download() fetches the whole file, whatever is noted of a part of it", async () => {
  await using server = serve(BYTES);
  const { url } = server;
  const note = { url, validator: '"one"', bytes: BYTES.length };
  const notes = fc.oneof(
    { weight: 4, arbitrary: changed(fc.constant(note)).map(jsonText).map(bytesOf) },
    // As long as the part may be.
    {
      weight: 2,
      arbitrary: fc.oneof(fc.constant(50), fc.nat(100)).map((bytes) =>
        bytesOf(JSON.stringify({ ...note, bytes }))
      ),
    },
    { weight: 1, arbitrary: json.map(jsonText).map(bytesOf) },
    { weight: 1, arbitrary: damaged(fc.constant(bytesOf(JSON.stringify(note)))) },
  );
  await holds(
    fc.tuple(notes, fc.oneof(fc.constant(50), fc.nat(BYTES.length))),
    ([note, done]) =>
      withFolder(async (folder) => {
        await Deno.writeFile(`${folder}/a.part`, BYTES.subarray(0, done));
        await Deno.writeFile(`${folder}/a.part.json`, note);
        await download(url, `${folder}/a`, { bytes: BYTES.length, pause: 1, retries: 2 });
        assertEquals(await Deno.readFile(`${folder}/a`), BYTES);
      }),
  );
});
