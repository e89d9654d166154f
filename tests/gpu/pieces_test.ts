import { Pieces } from "../../gpu/pieces.ts";
import { assert, assertEquals } from "../assert.ts";

const MEBIBYTE = 2 ** 20;

/** Commands of so many bytes that a piece holds. */
function commandsOf(pieces: Pieces, bytes: number): number {
  let commands = 1;
  while (!pieces.add(bytes)) commands++;
  pieces.submitted();
  return commands;
}

Deno.test("Pieces.add() fills a piece by bytes, or by commands where they are small", () => {
  const pieces = new Pieces(() => 0);
  assertEquals(commandsOf(pieces, 1), 4096);
  assertEquals(commandsOf(pieces, 0), 4096);
  const many = commandsOf(pieces, MEBIBYTE);
  assertEquals(many, Math.ceil(pieces.bytes / MEBIBYTE));
  assert(many > 10 && many < 4096, `${many} commands`);
  assertEquals(commandsOf(pieces, 1e12), 1);
});

Deno.test("Pieces.add() cuts at the bound itself, and not before", () => {
  const pieces = new Pieces(() => 0);
  const { bytes } = pieces;
  assertEquals(commandsOf(pieces, bytes), 1);
  assertEquals(commandsOf(pieces, bytes / 4), 4);
  assert(!pieces.add(bytes - 1));
  assert(pieces.add(1));
});

Deno.test("Pieces.done() learns from a piece that is just full", () => {
  let now = 0;
  const pieces = new Pieces(() => now);
  const { bytes } = pieces;
  commandsOf(pieces, bytes);
  now += 200;
  pieces.done();
  // Twice the 0.1 s of a piece.
  assertEquals(pieces.bytes, bytes / 2);
});

Deno.test("Pieces.done() makes pieces take the same time on any device", () => {
  // Bytes a second: an old processor's, and a large card's.
  for (const rate of [1e8, 1e12]) {
    let now = 1000;
    const pieces = new Pieces(() => now);
    const seconds: number[] = [];
    for (let step = 0; step < 3; step++) {
      const commands = commandsOf(pieces, MEBIBYTE);
      for (let piece = 1; piece < 5000; piece++) commandsOf(pieces, MEBIBYTE);
      seconds.push(commands * MEBIBYTE / rate);
      now += 1000 * 5000 * commands * MEBIBYTE / rate;
      pieces.done();
      now += 1e6; // Until the next work there is time in between, which is none of the device's.
    }
    const [, ...measured] = seconds;
    const commands = 4096 * MEBIBYTE / rate;
    for (const time of measured) {
      assert(Math.abs(time - Math.min(0.1, commands)) < MEBIBYTE / rate, `${time} s at ${rate}`);
    }
  }
});

Deno.test("Pieces.done() learns nothing from work that fills no piece", () => {
  let now = 0;
  const pieces = new Pieces(() => now);
  const { bytes } = pieces;
  pieces.add(16);
  pieces.submitted();
  now += 1000;
  pieces.done();
  assertEquals(pieces.bytes, bytes);
});
