/** Bytes for people, in IEC units: `2.00 GiB`. */
import { format } from "@std/fmt/bytes";

const formatIec = format as (bytes: number, options: {
  binary: boolean;
  minimumFractionDigits?: number;
  maximumFractionDigits?: number;
}) => string;

export function formatBytes(bytes: number): string {
  return formatIec(bytes, { binary: true, maximumFractionDigits: 2 });
}
