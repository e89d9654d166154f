/** An object with fields, told from all else that JSON may hold; apart, for who reads no schema. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
