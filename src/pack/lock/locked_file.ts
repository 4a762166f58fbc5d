/** What is behind the last `/` of a path or URL, as it was before it was encoded. */
export function fileNameOf(address: string): string {
  const path = address.replace(/[?#].*$/, "");
  const name = path.slice(path.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** `sha256:HEX`, or undefined where there is none among the digests. */
export function oneSha256(digests: readonly string[]): string | undefined {
  for (const digest of digests) {
    const match = /^sha256:([0-9a-f]{64})$/i.exec(digest);
    if (match !== null) return match[1]!.toLowerCase();
  }
  return undefined;
}

/** `uv.lock`, `poetry.lock` and `pdm.lock` list wheels and sdists alike. */
export function isWheelFile(name: string): boolean {
  return name.endsWith(".whl");
}
