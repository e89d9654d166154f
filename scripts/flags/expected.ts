/** What a flag must be, as messages and `--help` say it. */
import type { Flag } from "./flags.ts";

/** `an integer, at least 1`, `a file`. */
export function expected(flag: Flag): string {
  switch (flag.type) {
    case "boolean":
      return "";
    case "string":
      return "a text";
    case "path":
      if (flag.what !== undefined) return flag.what;
      return flag.folder === true ? "a folder" : flag.folder ? "a file or a folder" : "a file";
    case "files":
    case "folders":
      return `${flag.type}, with commas between them`;
    case "numbers":
      return "numbers, with commas or blanks between them";
    case "choice":
      return [
        ...flag.choices,
        ...flag.file ? [`a path to a ${flag.file} file`] : [],
        ...flag.folder ? [`a path with a slash to a folder ${flag.folder}`] : [],
      ].join(" or ");
    case "bytes":
      return "a size such as 512MiB or 2GiB";
    default: {
      if (flag.expected !== undefined) return flag.expected;
      const noun = flag.type === "integer" ? "an integer" : "a number";
      const bounds = [
        flag.minimum === undefined ? [] : `at least ${flag.minimum}`,
        flag.above === undefined ? [] : `above ${flag.above}`,
        flag.maximum === undefined ? [] : `at most ${flag.maximum}`,
        flag.below === undefined ? [] : `below ${flag.below}`,
      ].flat().join(" and ");
      return bounds === "" ? noun : `${noun}, ${bounds}`;
    }
  }
}
