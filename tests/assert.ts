/**
 * The assertions the tests use, with their types: the standard library's npm build ships none. Moving
 * to its own registry makes this file a plain re-export.
 */
import * as std from "@std/assert";

type Message = string | undefined;

export const assert: (condition: unknown, message?: Message) => asserts condition = std.assert;
export const assertEquals: <T>(actual: T, expected: T, message?: Message) => void =
  std.assertEquals;
export const assertThrows: (
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any
  errorClass: new (...args: any[]) => Error,
  includes?: string,
) => Error = std.assertThrows;
export const assertRejects: (
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  errorClass: new (...args: any[]) => Error,
  includes?: string,
) => Promise<Error> = std.assertRejects;
