import { download } from "../../../graphs/published/download.ts";
import { requestFile } from "../../../graphs/published/request_file.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { type Manners, serve } from "../http_server.ts";
import { namesIn } from "../ogb_archives.ts";
import { withFolder } from "../../folder.ts";

const BYTES = Uint8Array.from({ length: 1000 }, (_, k) => k);

/** What a server sends on a request, and what it was asked. */
async function answered(manners: Manners) {
  await using server = serve(BYTES, manners);
  const response = await requestFile(server.url, undefined, AbortSignal.timeout(9999));
  return { bytes: await response.bytes(), ranges: server.ranges };
}

Deno.test("requestFile() follows a server's redirects to itself, up to five", async () => {
  for (const redirects of [1, 5]) {
    const redirect = (k: number) => k < redirects ? `/mirror/${k}` : undefined;
    const { bytes, ranges } = await answered({ redirect });
    assertEquals(bytes, BYTES);
    assertEquals(ranges.length, redirects + 1);
  }
  const round = () => answered({ redirect: () => "/round" });
  await assertRejects(round, Error, "the server redirects it more than 5 times");
  const nowhere = () => answered({ redirect: () => "http://" });
  await assertRejects(nowhere, Error, "the server answers 302 without an address");
});

Deno.test("download() speaks to no host that was not asked for, though it might", async () => {
  await using other = serve(BYTES);
  const { port } = new URL(other.url);
  await withFolder(async (folder) => {
    for (
      const [to, named] of [
        [other.url, `http://127.0.0.1:${port}`], // where this test may go
        [`http://localhost:${port}/x`, `http://localhost:${port}`], // where it may not
        [`//localhost:${port}/x`, `http://localhost:${port}`],
        ["file:///etc/hostname", "file://"],
        ["data:text/plain,x", "data://"],
      ] as const
    ) {
      await using server = serve(BYTES, { redirect: (k) => k === 1 ? to : "/once" });
      await assertRejects(
        () => download(server.url, `${folder}/a`, { retries: 0 }),
        Error,
        `Cannot download ${server.url}: the server redirects it to ${named}, which was not asked for`,
      );
      assertEquals(server.ranges.length, 2);
    }
    assertEquals([namesIn(folder), other.ranges], [[], []]);
  });
});

Deno.test("requestFile() may be redirected to encryption, and not away from it", async () => {
  const { fetch } = globalThis;
  const redirected = async (from: string, to: string) => {
    const answers = [Response.redirect(to), new Response("whole")];
    globalThis.fetch = () => Promise.resolve(answers.shift()!);
    try {
      return await (await requestFile(from, undefined, AbortSignal.timeout(9999))).text();
    } finally {
      globalThis.fetch = fetch;
    }
  };
  assertEquals(await redirected("http://a.org/x", "https://a.org/x"), "whole");
  const bared = () => redirected("https://a.org/x", "http://a.org/x");
  await assertRejects(bared, Error, "redirects it to http://a.org, which was not asked for");
});

Deno.test("download() names the host that is closed to it", async () => {
  await withFolder(async (folder) => {
    const closed = () => download("http://localhost:9999/a", `${folder}/a`, { retries: 0 });
    await assertRejects(closed, Error, "is closed to us, allow it with --allow-net=localhost:9999");
  });
});
