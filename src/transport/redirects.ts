import { EdgebootError } from "../model/errors.ts";
import { display } from "../model/location.ts";
import { MOST_REDIRECTS } from "../model/patience.ts";
import type { HttpResponse } from "../host/ports.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Performs `get` and follows redirects by hand, because the platform's own following goes from https
 * to http and up to 20 times. The final response is returned whatever its status.
 * @throws EdgebootError REGISTRY_UNREACHABLE (69)
 */
export async function followRedirects(
  url: string,
  get: (url: string) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let target = url;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const response = await get(target);
    const next = response.header("location");
    if (!REDIRECTS.has(response.status) || next === undefined) return response;
    await response.cancel();
    target = redirectTarget(target, next);
  }
  throw refused(url, `it redirects more than ${MOST_REDIRECTS} times`);
}

/** Pure: where a redirect leads, refused where it leaves the web or loses its encryption. */
export function redirectTarget(from: string, location: string): string {
  let to: URL;
  try {
    to = new URL(location, from);
  } catch {
    throw refused(from, `it redirects to something that is not a URL`);
  }
  to.username = to.password = "";
  if (to.protocol !== "https:" && to.protocol !== "http:") {
    throw refused(from, `it redirects to the scheme ${to.protocol}`);
  }
  if (from.startsWith("https:") && to.protocol !== "https:") {
    throw refused(from, `it redirects from https to plain http (${display(to.href)})`);
  }
  return to.href;
}

function refused(url: string, why: string): EdgebootError {
  return new EdgebootError("REGISTRY_UNREACHABLE", {
    what: `cannot fetch ${display(url)}`,
    why,
    next: "correct the redirect on the server, or use the final address as the registry",
  }, { facts: { url: display(url) } });
}
