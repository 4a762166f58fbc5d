import { EdgebootError } from "./errors.ts";

/** What a document is, for its refusal. */
export interface DocumentKind {
  /** with its article: `a valid release` is what it is not */
  readonly noun: string;
  /** of `edgeboot schema` */
  readonly schema: string;
}

const RELEASE: DocumentKind = { noun: "a valid release", schema: "release" };

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
    readonly kind: DocumentKind = RELEASE,
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
    return this.#take(name) === undefined ? undefined : this.count(name, "a whole number of bytes");
  }

  /** An integer from 0 to 2^53-1. */
  count(name: string, expected = "a whole number, 0 or more"): number {
    const value = this.#required(name);
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.wrong(name, expected, value);
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw this.wrong(name, "true or false", value);
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
    return this.#asObject(value, this.#child(name));
  }

  objects(name: string): JsonObject[] {
    const value = this.#required(name);
    if (!Array.isArray(value)) throw this.wrong(name, "an array of objects", value);
    return value.map((item, index) => this.#asObject(item, `${this.#child(name)}[${index}]`));
  }

  /** The fields of an object that is used as a map, all with string values. */
  strings(): [string, string][] {
    return Object.keys(this.#fields).map((name) => [name, this.string(name)]);
  }

  /** The fields of an object that is used as a map, all with object values. */
  members(): [string, JsonObject][] {
    return Object.keys(this.#fields).map((name) => {
      this.#required(name);
      return [name, this.#asObject(this.#fields[name], this.#child(name))];
    });
  }

  /** Paths of the fields that nothing has read. */
  unknownFields(): string[] {
    return Object.keys(this.#fields).filter((name) => !this.#known.has(name)).map((name) =>
      this.#child(name)
    );
  }

  wrong(name: string, expected: string, found: unknown): EdgebootError {
    return documentInvalid(this, this.#child(name), expected, describe(found));
  }

  #take(name: string): unknown {
    this.#known.add(name);
    return this.#fields[name];
  }

  #required(name: string): unknown {
    const value = this.#take(name);
    if (value !== undefined) return value;
    throw documentInvalid(this, this.#child(name), "a value", "nothing: it is missing");
  }

  #asObject(value: unknown, path: string): JsonObject {
    return asObject(value, path, this);
  }

  #child(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** @throws EdgebootError RELEASE_INVALID (65) */
export function parseJsonObject(text: string, document: string, kind = RELEASE): JsonObject {
  const of = { document, kind };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw documentInvalid(of, "$", "a JSON document", sniff(text), cause);
  }
  return asObject(value, "", of);
}

/**
 * The refusal of a document.
 * @param of what it is and where it came from, for the message
 * @param path of the value in it: `$.layers[0].sha256`
 */
export function documentInvalid(
  { document, kind }: Pick<JsonObject, "document" | "kind">,
  path: string,
  expected: string,
  found: string,
  cause?: unknown,
): EdgebootError {
  return new EdgebootError("RELEASE_INVALID", {
    what: `${document} is not ${kind.noun}`,
    why: `at ${path}: expected ${expected}, found ${found}`,
    next: `correct it; \`edgeboot schema ${kind.schema}\` prints its JSON Schema`,
  }, { cause, facts: { json_path: path, expected, found } });
}

function asObject(
  value: unknown,
  path: string,
  of: Pick<JsonObject, "document" | "kind">,
): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return new JsonObject(value as Record<string, unknown>, path, of.document, of.kind);
  }
  throw documentInvalid(of, path === "" ? "$" : path, "an object", describe(value));
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
