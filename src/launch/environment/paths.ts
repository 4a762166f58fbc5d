/** Of paths either of which may be the top, which is "". */
export function joined(path: string, name: string): string {
  return path === "" ? name : name === "" ? path : `${path}/${name}`;
}

/** "" for what lies at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
