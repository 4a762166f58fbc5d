const LONGEST_HEADER = 1024;

/**
 * A script that an installer wrote for an environment, as it is in a wheel: `#!python` in place of the line, or the
 * lines, that name the environment's own interpreter. Anything else stays as it is.
 * @param prefix of the environment, absolute
 */
export function portableScript(bytes: Uint8Array, prefix: string): Uint8Array {
  const head = new TextDecoder().decode(bytes.subarray(0, LONGEST_HEADER));
  const header = headerOf(head, prefix);
  if (header === undefined) return bytes;
  const rest = bytes.subarray(new TextEncoder().encode(header).length);
  const line = new TextEncoder().encode("#!python\n");
  const portable = new Uint8Array(line.length + rest.length);
  portable.set(line);
  portable.set(rest, line.length);
  return portable;
}

/** One line, or three that are shell and Python at once, for paths that are long or have blanks. */
function headerOf(head: string, prefix: string): string | undefined {
  const [first = "", second = "", third = ""] = head.split("\n", 3);
  if (first.startsWith(`#!${prefix}/bin/`)) return `${first}\n`;
  const isLong = first === "#!/bin/sh" && second.startsWith("'''exec'") && second.includes(prefix);
  return isLong ? `${first}\n${second}\n${third}\n` : undefined;
}
