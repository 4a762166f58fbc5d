import type { Credentials } from "../model/location.ts";

/** Credentials go to the registry's own origin and nowhere else, redirects included. */
export interface Authority {
  readonly origin: string;
  readonly credentials: Credentials | undefined;
  readonly token: string | undefined;
}

/** Who asks. */
export interface Asking {
  readonly authority: Authority | undefined;
  readonly userAgent: string;
}

/** Credentials only where the registry itself is asked. */
export function requestHeaders(
  url: string,
  { authority, userAgent }: Asking,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {
    "accept-encoding": "identity",
    "user-agent": userAgent,
    ...extra,
  };
  if (authority !== undefined && new URL(url).origin === authority.origin) {
    const { token, credentials } = authority;
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    else if (credentials !== undefined) headers["authorization"] = basic(credentials);
  }
  return headers;
}

/** RFC 7617: user-id and password as UTF-8, base64. */
function basic({ username, password }: Credentials): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
