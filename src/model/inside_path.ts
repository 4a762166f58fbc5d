/** A relative POSIX path that cannot leave its layer. `.` is the layer itself. */
export function isInsidePath(text: string): boolean {
  return text !== "" && !text.startsWith("/") && !text.includes("\0") &&
    !text.split("/").includes("..");
}

/** Whether a text can be an import root of a layer: PYTHONPATH has no escape for its separator. */
export function isImportRoot(path: string): boolean {
  return isInsidePath(path) && !path.includes(":");
}
