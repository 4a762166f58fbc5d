/**
 * The proxy that a request to `url` goes through, as the runtime's fetch chooses it: ALL_PROXY, else HTTPS_PROXY
 * or HTTP_PROXY, each in either case; NO_PROXY names hosts, domains with all below them, addresses, or `*`.
 * For messages: without credentials.
 */
export function proxyFor(
  url: URL,
  env: { get(name: string): string | undefined },
): URL | undefined {
  const get = (name: string) => env.get(name) || env.get(name.toLowerCase()) || undefined;
  const own = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const stated = get("ALL_PROXY") ?? get(own);
  if (stated === undefined || isExempt(url.hostname, get("NO_PROXY") ?? "")) return undefined;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(stated) ? stated : `http://${stated}`;
  if (!URL.canParse(address)) return undefined;
  const proxy = new URL(address);
  proxy.username = proxy.password = "";
  return proxy;
}

function isExempt(host: string, list: string): boolean {
  return list.split(",").map((entry) => entry.trim().toLowerCase()).some((entry) => {
    const name = entry.replace(/^\./, "");
    return name !== "" && (entry === "*" || host === name || host.endsWith(`.${name}`));
  });
}
