/**
 * Prometheus' text format, version 0.0.4, as far as edgeboot writes it: one sample a line, without
 * timestamps, which node_exporter refuses.
 */
export type Labels = Readonly<Record<string, string>>;

export interface Family {
  readonly type: "counter" | "gauge" | "summary";
  readonly help: string;
}

/** Samples by name and labels; a summary's are those of its `_sum` and `_count`. */
export class Samples {
  readonly #byName = new Map<string, Map<string, { labels: Labels; value: number }>>();

  get(name: string, labels: Labels): number | undefined {
    return this.#byName.get(name)?.get(keyOf(labels))?.value;
  }

  set(name: string, labels: Labels, value: number): void {
    const samples = this.#byName.get(name) ?? new Map();
    this.#byName.set(name, samples.set(keyOf(labels), { labels, value }));
  }

  add(name: string, labels: Labels, value: number): void {
    this.set(name, labels, (this.get(name, labels) ?? 0) + value);
  }

  /** Forgets the samples of a name whose labels include these. */
  drop(name: string, labels: Labels): void {
    for (const [key, sample] of this.#byName.get(name) ?? []) {
      const matches = Object.entries(labels).every(([label, value]) =>
        sample.labels[label] === value
      );
      if (matches) this.#byName.get(name)!.delete(key);
    }
  }

  of(name: string): readonly { readonly labels: Labels; readonly value: number }[] {
    return [...this.#byName.get(name)?.values() ?? []];
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => a < b ? -1 : 1));
}

/** All families that have samples, in the table's order; `common` labels come first in every sample. */
export function formatSamples(
  samples: Samples,
  families: Readonly<Record<string, Family>>,
  common: Labels,
): string {
  const lines: string[] = [];
  for (const [family, { type, help }] of Object.entries(families)) {
    const names = namesOf(family, type);
    if (names.every((name) => samples.of(name).length === 0)) continue;
    lines.push(`# HELP ${family} ${escaped(help, /[\\\n]/g)}`, `# TYPE ${family} ${type}`);
    for (const name of names) {
      for (const { labels, value } of samples.of(name)) {
        lines.push(`${name}{${formatLabels({ ...common, ...labels })}} ${formatValue(value)}`);
      }
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

function namesOf(family: string, type: Family["type"]): string[] {
  return type === "summary" ? [`${family}_sum`, `${family}_count`] : [family];
}

function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value, /[\\"\n]/g)}"`).join(",");
}

function escaped(text: string, what: RegExp): string {
  return text.replace(what, (character) => character === "\n" ? "\\n" : `\\${character}`);
}

/** Sums of seconds need no more digits than microseconds have. */
function formatValue(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toFixed(6)));
}

/**
 * Reads what {@link formatSamples} has written. Lines that it would not have written, and families that
 * are not in the table (of another version), are passed over: their counters begin anew.
 */
export function parseSamples(
  text: string,
  families: Readonly<Record<string, Family>>,
  common: readonly string[],
): Samples {
  const known = new Set(
    Object.entries(families).flatMap(([family, { type }]) => namesOf(family, type)),
  );
  const samples = new Samples();
  for (const line of text.split("\n")) {
    const [, name, inner, value] = /^([a-zA-Z_:][\w:]*)\{([^]*)\} (\S+)$/.exec(line) ?? [];
    const labels = inner === undefined ? undefined : parseLabels(inner);
    const number = Number(value ?? NaN);
    if (labels === undefined || !known.has(name!) || !Number.isFinite(number)) continue;
    for (const label of common) delete labels[label];
    samples.set(name!, labels, number);
  }
  return samples;
}

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[^])*)"(,|$)/y;

function parseLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    LABEL.lastIndex = at;
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined) return undefined;
    labels[name] = value!.replace(
      /\\([^])/g,
      (_, character) => character === "n" ? "\n" : character,
    );
  }
  return labels;
}
