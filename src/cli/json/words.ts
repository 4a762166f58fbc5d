/** How machines get what the program holds otherwise: as releases and `cache path` take it. */

/** `sha256:<hex>`. */
export function digestText(hex: string): string {
  return hex.startsWith("sha256:") ? hex : `sha256:${hex}`;
}

/** RFC 3339, UTC; undefined for 0, a time that is not known. */
export function instantText(ms: number): string | undefined {
  return ms === 0 ? undefined : new Date(ms).toISOString();
}
