import type { Lock } from "./lock.ts";
import { readPdmLock } from "./pdm_lock.ts";
import { readPoetryLock } from "./poetry_lock.ts";
import { readPylock } from "./pylock.ts";
import { parseToml, type Table, unreadable } from "./table.ts";
import { readUvLock } from "./uv_lock.ts";

export const LOCK_FORMS = ["pylock.toml", "uv.lock", "poetry.lock", "pdm.lock"] as const;
type LockForm = typeof LOCK_FORMS[number];

/** A file, and its content. */
export interface NamedText {
  /** for messages */
  readonly file: string;
  readonly text: string;
}

/**
 * Reads a lock file of any of the tools: by what is in it, as it may have been renamed.
 * @param project the `pyproject.toml` beside it, where there is one
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export async function readLock(lock: NamedText, project: NamedText | undefined): Promise<Lock> {
  const document = await parseToml(lock.text, lock.file);
  const projectTable = project && await parseToml(project.text, project.file);
  switch (formOf(document)) {
    case "pylock.toml":
      return readPylock(document);
    case "uv.lock":
      return readUvLock(document);
    case "poetry.lock":
      return readPoetryLock(document, projectTable);
    case "pdm.lock":
      return readPdmLock(document, projectTable);
  }
}

function formOf(document: Table): LockForm {
  if (document.has("lock-version")) return "pylock.toml";
  if (document.has("version")) return "uv.lock";
  const metadata = document.table("metadata");
  if (metadata?.has("lock-version")) return "poetry.lock";
  if (metadata?.has("lock_version")) return "pdm.lock";
  throw unreadable(document.file, `it is none of ${LOCK_FORMS.join(", ")}`);
}
