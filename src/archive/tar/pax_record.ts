const encoder = new TextEncoder();

/** `LENGTH KEY=VALUE\n`, whose length counts its own digits (POSIX.1-2017, pax extended header). */
export function paxRecord(key: string, value: string): Uint8Array {
  const rest = encoder.encode(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length;
  }
  const digits = encoder.encode(String(length));
  const record = new Uint8Array(length);
  record.set(digits);
  record.set(rest, digits.length);
  return record;
}
