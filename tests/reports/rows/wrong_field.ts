import { complete, SettingsError } from "../../../settings/resolve.ts";
import { ROW } from "../../../training/row.ts";

/** The field that keeps a value from being a row, as `model.convolution.heads`; null of a row. */
export function wrongField(row: unknown): string | null {
  try {
    complete(ROW, row);
    return null;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.path.join(".");
  }
}
