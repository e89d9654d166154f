/** The flag of tasks that otherwise tell how far they have come. */

export const QUIET_FLAG = {
  quiet: { type: "boolean", help: "say nothing of progress, only warnings and errors" },
} as const;
