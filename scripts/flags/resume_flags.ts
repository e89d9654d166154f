/** The flag of how often a run's state is written, which moves no bit of it: no row has it. */
import { RESUME_SECONDS } from "../../training/loop/run_state_file.ts";

export const RESUME_FLAGS = {
  resumeEvery: {
    type: "number",
    minimum: 0,
    default: RESUME_SECONDS,
    help: "most seconds from one writing of a run's state to the next; 0 for each epoch",
  },
} as const;
