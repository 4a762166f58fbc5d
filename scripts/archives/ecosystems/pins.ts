export const KINDS = ["npm", "crate", "go", "jar"] as const;
export type Kind = typeof KINDS[number];

/** One line of ecosystems.txt. */
export interface Pin {
  readonly kind: Kind;
  /** As the kind's client takes it: of a jar `group:artifact`, of Go the module's path. */
  readonly name: string;
  readonly version: string;
}

/**
 * The pins of a text of lines `kind name version`; blank lines and `#` are passed over.
 * @throws {Error} for a line of another form
 */
export function parsePins(text: string): Pin[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [kind, name, version, ...more] = line.split(" ");
    const known = KINDS.find((one) => one === kind);
    if (known === undefined || !name || !version || more.length > 0) {
      throw new Error(`not "kind name version": ${line}`);
    }
    return { kind: known, name, version };
  });
}
