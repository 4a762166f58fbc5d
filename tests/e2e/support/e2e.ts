/**
 * Registers a test that needs something of the machine. Where `missing` says what is not there, the
 * test is ignored and the reason is printed, so that a green run tells what it did not look at.
 */
export function e2e(
  name: string,
  missing: string | undefined,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  if (missing !== undefined) console.warn(`ignored: ${name}\n  because ${missing}`);
  Deno.test({ name, ignore: missing !== undefined, fn });
}

/** The first reason among several requirements. */
export function firstOf(...missing: (string | undefined)[]): string | undefined {
  return missing.find((reason) => reason !== undefined);
}

/** Why `program` cannot be used, or undefined where it answers. */
export async function needsProgram(
  program: string,
  ...args: string[]
): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, { args, stdout: "null", stderr: "null" });
    return (await command.output()).success ? undefined : `${program} does not work here`;
  } catch {
    return `${program} is not installed`;
  }
}

export const needsRoot = Deno.uid() === 0 ? undefined : "only root can set this up";
