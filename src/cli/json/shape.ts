/**
 * What may stand in public JSON: a JSON Schema (2020-12) and the TypeScript type that it describes, from
 * one declaration, so that a name is written once and the compiler holds the program to the schema.
 */
export interface Shape<T> {
  readonly [keyword: string]: unknown;
  readonly [type]?: T;
}

/** For the compiler alone. */
declare const type: unique symbol;
/** Of a member of a record that may be absent. */
const OPTIONAL = Symbol("optional");

/** The type that a shape describes. */
export type Described<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = { type: "string" };
export const yes: Shape<boolean> = { type: "boolean" };
export const count: Shape<number> = { type: "integer", minimum: 0 };
export const bytes: Shape<number> = { ...count, description: "bytes" };
export const digest: Shape<string> = { type: "string", pattern: "^sha256:[0-9a-f]{64}$" };
/** RFC 3339, UTC, to the millisecond. */
export const instant: Shape<string> = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
};

/** One of these words. */
export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return { enum: values };
}

/** An array, whose items are alike. */
export function list<T>(items: Shape<T>): Shape<readonly T[]> {
  return { type: "array", items };
}

/** Names are data: variables of an environment, facts of a check. */
export function anyNames<T>(values: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return { type: "object", additionalProperties: values };
}

/** The same with words for whoever reads the schema. */
export function described<T>(shape: Shape<T>, description: string): Shape<T> {
  return { ...shape, description };
}

type Optional<T> = Shape<T> & { readonly [OPTIONAL]: true };

/** For a member of a record that may be absent. */
export function optional<T>(shape: Shape<T>): Optional<T> {
  return { ...shape, [OPTIONAL]: true };
}

type Members = Readonly<Record<string, Shape<unknown>>>;
type RecordOf<M> =
  & { readonly [K in keyof M as M[K] extends Optional<unknown> ? never : K]: Described<M[K]> }
  & {
    readonly [K in keyof M as M[K] extends Optional<unknown> ? K : never]?:
      | Described<M[K]>
      | undefined;
  };

/** Closed: a field that is not named here is a fault. */
export function record<M extends Members>(members: M): Shape<RecordOf<M>> {
  const required = Object.keys(members).filter((name) => !(OPTIONAL in members[name]!));
  return { type: "object", properties: members, required, additionalProperties: false };
}
