import type { Host } from "../../../host/ports.ts";
import type { Logger } from "../../logger.ts";

/**
 * Hands values on to later steps of a GitHub workflow, by the file that it names for that. What was published is
 * published: a file that cannot be written is worth a warning and no more.
 */
export function tellOutputs(
  values: Readonly<Record<string, string>>,
  { env, fs }: Pick<Host, "env" | "fs">,
  logger: Logger,
): void {
  const path = env.get("GITHUB_OUTPUT");
  if (!path) return;
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join("");
  try {
    const file = fs.stat(path) === undefined ? fs.createFile(path, 0o644) : fs.openAppend(path);
    try {
      file.write(new TextEncoder().encode(lines));
    } finally {
      file.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    logger.log("warn", "warning", `GITHUB_OUTPUT does not get ${lines.trim()}: ${why}`);
  }
}

/** What later steps want to know of a release. */
export function outputsOf(app: string, version: string, digest: string): Record<string, string> {
  return { release: `${app}@sha256:${digest}`, digest: `sha256:${digest}`, version };
}
