/**
 * One spelling for all that machines read, log lines and `--json`: names in snake_case, digests as releases
 * and `cache path` take them, times as RFC 3339 in UTC. A time that is not known, 0, is left out.
 * For records only: names that are data, such as variables of an environment, would be respelled, too.
 */
export function published(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(published);
  if (typeof value !== "object" || value === null) return value;
  return publishedRecord(value as Record<string, unknown>);
}

export function publishedRecord(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
      publishedField(key, value),
    ]),
  );
}

function publishedField(key: string, value: unknown): unknown {
  if (typeof value === "number" && (key === "at" || key.endsWith("At"))) {
    return value === 0 ? undefined : new Date(value).toISOString();
  }
  if (key === "digest" && typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) {
    return `sha256:${value}`;
  }
  return published(value);
}

/** As a command prints it with `--json`. */
export function toJson(value: unknown): string {
  return JSON.stringify(published(value), undefined, 2);
}
