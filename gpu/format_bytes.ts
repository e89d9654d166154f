/** Bytes for people, in IEC units: `1.5 GiB`. */
import { format } from "@std/fmt/bytes";

const formatIec = format as (bytes: number, options: {
  binary: boolean;
  minimumFractionDigits?: number;
  maximumFractionDigits?: number;
}) => string;

/** A number of bytes with its unit, two decimals at most. */
export function formatBytes(bytes: number): string {
  // The library writes kiB.
  return formatIec(bytes, { binary: true, maximumFractionDigits: 2 }).replace("kiB", "KiB");
}
