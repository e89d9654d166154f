/** Says which field keeps a value from being a row. */
import { complete, SettingsError } from "../../../settings/resolve.ts";
import { ROW } from "../../../training/row.ts";

/** That field, as `model.convolution.heads`; null if the value is a row. */
export function wrongField(row: unknown): string | null {
  try {
    complete(ROW, row);
    return null;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.path.join(".");
  }
}
