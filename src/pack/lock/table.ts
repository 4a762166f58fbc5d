import { EdgebootError } from "../../model/errors.ts";
import { parseSpecifiers, type Specifiers } from "../../python/pep440/specifiers.ts";
import { type Marker, parseMarker } from "../../python/pep508/marker.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";

/** A table of a TOML document that knows where it stands, so that every complaint names the place. */
export class Table {
  constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    /** `packages[3].wheels[0]`; "" at the top */
    readonly path: string,
    /** of the document, for messages */
    readonly file: string,
  ) {}

  has(name: string): boolean {
    return this.fields[name] !== undefined;
  }

  isTable(name: string): boolean {
    return this.#asTable(this.fields[name], name) !== undefined;
  }

  names(): string[] {
    return Object.keys(this.fields);
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#refuse(name, "a text");
  }

  optionalText(name: string): string | undefined {
    return this.#take(name, "a text", (value) => typeof value === "string" ? value : undefined);
  }

  /** normalized */
  project(name = "name"): string {
    return normalizeName(this.text(name));
  }

  number(name: string): number | undefined {
    return this.#take(name, "a number", (value) => typeof value === "number" ? value : undefined);
  }

  flag(name: string): boolean {
    const read = (value: unknown) => typeof value === "boolean" ? value : undefined;
    return this.#take(name, "true or false", read) ?? false;
  }

  texts(name: string): readonly string[] {
    return this.#take(name, "a list of texts", (value) => {
      const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
      return isList ? value as string[] : undefined;
    }) ?? [];
  }

  table(name: string): Table | undefined {
    return this.#take(name, "a table", (value) => this.#asTable(value, name));
  }

  tables(name: string): readonly Table[] {
    return this.#take(name, "a list of tables", (value) => {
      if (!Array.isArray(value)) return undefined;
      const tables = value.flatMap((item, index) => this.#asTable(item, `${name}[${index}]`) ?? []);
      return tables.length === value.length ? tables : undefined;
    }) ?? [];
  }

  /** A text, a table, or a list of either, as `pyproject.toml` has requirements of Poetry. */
  textsAndTables(name: string): readonly (string | Table)[] {
    const value = this.fields[name];
    return (Array.isArray(value) ? value : [value]).flatMap((item) =>
      typeof item === "string" ? item : this.#asTable(item, name) ?? this.#refuse(name, "a table")
    );
  }

  marker(name: string): Marker | undefined {
    const text = this.optionalText(name);
    if (text === undefined || text.trim() === "") return undefined;
    return parseMarker(text) ?? this.#refuse(name, "an environment marker", text);
  }

  markers(name: string): readonly Marker[] {
    return this.texts(name).map((text) =>
      parseMarker(text) ?? this.#refuse(name, "environment markers", text)
    );
  }

  specifiers(name: string): Specifiers | undefined {
    const text = this.optionalText(name);
    // Poetry writes `*` for all versions.
    if (text === undefined || text.trim() === "*") return undefined;
    return parseSpecifiers(text) ?? this.#refuse(name, "version specifiers", text);
  }

  refuse(name: string, expected: string, found?: string): never {
    return this.#refuse(name, expected, found);
  }

  #asTable(value: unknown, name: string): Table | undefined {
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value) &&
      !(value instanceof Date);
    return isTable
      ? new Table(value as Record<string, unknown>, this.#child(name), this.file)
      : undefined;
  }

  #take<T>(name: string, expected: string, read: (value: unknown) => T | undefined): T | undefined {
    const value = this.fields[name];
    if (value === undefined) return undefined;
    return read(value) ?? this.#refuse(name, expected, JSON.stringify(value));
  }

  #child(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  #refuse(name: string, expected: string, found = "nothing"): never {
    const why = `${this.#child(name)} should be ${expected}, and is ${shortened(found)}`;
    throw unreadable(this.file, why);
  }
}

/**
 * A lock file as a table; the parser is loaded here, and nowhere on the way of a start.
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export async function parseToml(text: string, file: string): Promise<Table> {
  const { parse } = await import("@std/toml");
  try {
    return new Table(parse(text) as Record<string, unknown>, "", file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(file, `it is not TOML: ${why}`, cause);
  }
}

/**
 * The refusal of a lock file, or of what it belongs to.
 * @returns SOURCE_INVALID (65)
 */
export function unreadable(file: string, why: string, cause?: unknown): EdgebootError {
  return new EdgebootError("SOURCE_INVALID", {
    what: `cannot read ${file}`,
    why,
    next: "let the tool that wrote it write it again",
  }, { facts: { path: file }, cause });
}

const LONGEST_SHOWN = 80;

function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
