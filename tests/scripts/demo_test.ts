/** `deno task demo` as a user calls it. */
import { bundlePage } from "../../scripts/demo/bundle.ts";
import { serveSite } from "../../scripts/demo/serve.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { assertSentence, task } from "./task.ts";

Deno.test("demo --build writes a folder that is complete and needs no Deno", async () => {
  await withFolder(async (folder) => {
    const { code, out, err } = await task("demo", ["--build", "--out", folder]);
    assertEquals(code, 0, err);
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
    assertEquals(out.trim().split("\n").sort(), names.map((name) => `${folder}/${name}`));
    const [page, program] = ["index.html", "page.js"].map((name) =>
      Deno.readTextFileSync(`${folder}/${name}`)
    );
    const asked = [...page!.matchAll(/(?:href|src)="(?!data:)([^"]*)"/g)].map(([, name]) => name!);
    asked.push(...program!.matchAll(/fetch\("([^"]*)"\)/g).map(([, name]) => name!));
    assertEquals([...asked, "index.html"].sort(), names);
    assert(!/\bDeno\./.test(program!), "the program speaks of Deno");
  });
});

Deno.test("demo refuses flags that contradict one another, and a port that is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [withPort, withoutBuild, busy] = await Promise.all([
    task("demo", ["--build", "--port", "8001"]),
    task("demo", ["--out", "somewhere"]),
    task("demo", ["--port", String(taken.addr.port)]),
  ]);
  assertSentence(withPort, 2, "Cannot use --port with --build");
  assertSentence(withoutBuild, 2, "Cannot use --out without --build");
  assertSentence(busy, 1, `127.0.0.1:${taken.addr.port}: another program listens there`);
});

Deno.test("serveSite() serves its files, and says so where there is none", async () => {
  const bytes = new TextEncoder().encode("<p>");
  await using server = serveSite(new Map([["index.html", { type: "text/html", bytes }]]), 0);
  const answers = await Promise.all(
    ["", "index.html", "%2e%2e/deno.json", "%zz", "page.js"].map(async (name) => {
      const response = await fetch(server.url + name);
      return [response.status, await response.text()];
    }),
  );
  const missing = [404, "There is no such file.\n"];
  assertEquals(answers, [[200, "<p>"], [200, "<p>"], missing, missing, missing]);
});

Deno.test("bundlePage() says what a browser cannot give", async () => {
  const sentence = /^Cannot bundle scripts\/demo\.ts: .*Could not resolve "node:/;
  const error = await assertRejects(() => bundlePage("scripts/demo.ts"), Error);
  assert(sentence.test(error.message), error.message);
});
