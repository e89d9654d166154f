/** The flag of tasks that do several runs. */

export const AT_ONCE_FLAG = {
  atOnce: {
    type: "integer",
    minimum: 1,
    help: "how many runs go on at a time on Mesa's software driver, which share its cores out; " +
      "default one a core where graphs are small, else one",
  },
} as const;
