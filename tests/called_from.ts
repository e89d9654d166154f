/** The folder that a task was called from, as a test has it. */

/**
 * Has this thread's code believe that its task was called from a folder, or that nobody says from where,
 * until it is disposed of. The process's own variable and folder stay, as other files' tests run beside.
 */
export function calledFrom(folder: string | undefined): Disposable {
  const { get } = Deno.env;
  // Throws where the variable may not be read, as nothing would then ask for it.
  get("INIT_CWD");
  Deno.env.get = (name) => name === "INIT_CWD" ? folder : get(name);
  return { [Symbol.dispose]: () => void (Deno.env.get = get) };
}
