import { EdgebootError } from "./errors.ts";

/**
 * A cursor over parsed JSON that knows its path, so that every complaint names the place, what was
 * expected and what was found. Reading a field marks it as known; what stays unmarked is reported
 * by {@link unknownFields}, because a release written for a newer edgeboot must still start.
 */
export class JsonObject {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #known = new Set<string>();

  constructor(
    fields: Readonly<Record<string, unknown>>,
    readonly path: string,
    /** What the document is, for messages: `release https://…/stable.json`. */
    readonly document: string,
  ) {
    this.#fields = fields;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  string(name: string): string {
    const value = this.#required(name);
    if (typeof value !== "string") throw this.wrong(name, "a string", value);
    return value;
  }

  optionalString(name: string): string | undefined {
    return this.#take(name) === undefined ? undefined : this.string(name);
  }

  /** A count of bytes: an integer from 0 to 2^53-1. */
  optionalSize(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
      throw this.wrong(name, "a whole number of bytes", value);
    }
    return value;
  }

  optionalStrings(name: string): readonly string[] | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.wrong(name, "an array of strings", value);
    value.forEach((item, index) => {
      if (typeof item !== "string") throw this.wrong(`${name}[${index}]`, "a string", item);
    });
    return value as string[];
  }

  optionalObject(name: string): JsonObject | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    return asObject(value, this.#child(name), this.document);
  }

  objects(name: string): JsonObject[] {
    const value = this.#required(name);
    if (!Array.isArray(value)) throw this.wrong(name, "an array of objects", value);
    return value.map((item, index) =>
      asObject(item, `${this.#child(name)}[${index}]`, this.document)
    );
  }

  /** The fields of an object that is used as a map, all with string values. */
  strings(): [string, string][] {
    return Object.keys(this.#fields).map((name) => [name, this.string(name)]);
  }

  /** The fields of an object that is used as a map, all with object values. */
  members(): [string, JsonObject][] {
    return Object.keys(this.#fields).map((name) => {
      this.#required(name);
      return [name, asObject(this.#fields[name], this.#child(name), this.document)];
    });
  }

  /** Paths of the fields that nothing has read. */
  unknownFields(): string[] {
    return Object.keys(this.#fields).filter((name) => !this.#known.has(name)).map((name) =>
      this.#child(name)
    );
  }

  wrong(name: string, expected: string, found: unknown): EdgebootError {
    return releaseInvalid(this.document, this.#child(name), expected, describe(found));
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return this.#fields[name];
  }

  #required(name: string): unknown {
    const value = this.#take(name);
    if (value !== undefined) return value;
    throw releaseInvalid(this.document, this.#child(name), "a value", "nothing: it is missing");
  }

  #child(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** @throws EdgebootError RELEASE_INVALID (65) */
export function parseJsonObject(text: string, document: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw releaseInvalid(document, "$", "a JSON document", sniff(text), cause);
  }
  return asObject(value, "", document);
}

/**
 * The refusal of a release document.
 * @param document what it is and where it came from, for the message
 * @param path of the value in it: `$.layers[0].sha256`
 */
export function releaseInvalid(
  document: string,
  path: string,
  expected: string,
  found: string,
  cause?: unknown,
): EdgebootError {
  return new EdgebootError("RELEASE_INVALID", {
    what: `${document} is not a valid release`,
    why: `at ${path}: expected ${expected}, found ${found}`,
    next: "correct the release; `edgeboot schema` prints its JSON Schema",
  }, { cause, facts: { json_path: path, expected, found } });
}

function asObject(value: unknown, path: string, document: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return new JsonObject(value as Record<string, unknown>, path, document);
  }
  throw releaseInvalid(document, path === "" ? "$" : path, "an object", describe(value));
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return `the ${typeof value} ${text.length > 60 ? text.slice(0, 60) + "…" : text}`;
}

/** Names what came in place of JSON: error pages of proxies are the usual case. */
function sniff(text: string): string {
  const head = text.trimStart().slice(0, 40);
  if (head === "") return "an empty file";
  if (head.startsWith("<")) return `HTML or XML (${JSON.stringify(head)}…)`;
  return `something that is not JSON (${JSON.stringify(head)}…)`;
}
