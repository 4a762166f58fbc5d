import type { ParsedLocation } from "../../model/location.ts";
import { display, localPath, parseLocation } from "../../model/location.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { Authority } from "../../transport/request_headers.ts";
import { explainCertificate } from "../../transport/certificate.ts";
import { proxyFor } from "../../transport/proxy.ts";
import { HttpError } from "../../host/ports.ts";
import { type Check, ok, problem, refused, warning } from "./check.ts";
import { checkAccess, checkAnswer } from "./registry_answer.ts";
import { checkDirectory } from "./registry_directory.ts";
import type { Surroundings } from "./surroundings.ts";

const TIMEOUT_MS = 10_000;
/** A name that no registry has: what matters is who says so. */
const NOBODYS = "apps/edgeboot-doctor/none.json";

export interface RegistryCheck {
  readonly checks: readonly Check[];
  /** the registry's clock when it answered, and this machine's; milliseconds since the epoch */
  readonly clock: { readonly theirs: number; readonly ours: number } | undefined;
}

export interface RegistryQuestion {
  readonly authority: Authority | undefined;
  readonly userAgent: string;
}

/** Whether the registry is set, found, reached, trusted and answers; each step only after the one before. */
export async function checkRegistry(
  surroundings: Surroundings,
  question: RegistryQuestion,
): Promise<RegistryCheck> {
  const { config } = surroundings;
  const only = (...checks: Check[]) => ({ checks, clock: undefined });
  if (config.registry === undefined) return only(unset());
  let parsed: ParsedLocation;
  try {
    parsed = parseLocation(config.registry.value, `registry (${config.registry.origin})`);
  } catch (error) {
    if (error instanceof EdgebootError) return only(refused("address", error));
    throw error;
  }
  const path = localPath(parsed.location);
  if (path !== undefined) return only(...checkDirectory(path, surroundings.host.fs));
  if (config.offline) {
    return only(ok("address", `${display(parsed.location)} is not asked: offline`));
  }
  if (parsed.location.startsWith("s3:")) {
    const text =
      `${display(parsed.location)} is a bucket, asked with the keys of AWS_… or a profile; ` +
      "`edgeboot doctor APP` asks it for one";
    return only(ok("address", text));
  }
  return await checkServer(parsed.location, surroundings, question);
}

function unset(): Check {
  return warning(
    "address",
    "no registry is configured: only --bundle and what is cached by digest can be started",
    "set EDGEBOOT_REGISTRY to https://host/path or to a directory",
  );
}

/** Name, connection, certificate and answer, each only where the one before was had. */
async function checkServer(
  location: string,
  surroundings: Surroundings,
  question: RegistryQuestion,
): Promise<RegistryCheck> {
  const { host, machine } = surroundings;
  const url = new URL(location);
  const proxy = proxyFor(url, host.env);
  const to = endpoint(proxy ?? url);
  const tls = proxy === undefined && url.protocol === "https:";
  const via = proxy === undefined ? "" : `proxy ${proxy.origin}, `;
  const checks: Check[] = [];
  const giveUp = (name: string, text: string, next: string) => ({
    checks: [...checks, problem(name, "REGISTRY_UNREACHABLE", text, next)],
    clock: undefined,
  });
  try {
    const addresses = await machine.lookUp(to.host);
    const named = addresses.includes(to.host) ? "" : ` is ${addresses.join(", ")}`;
    checks.push(ok("address", `${via}${to.host}${named}`));
  } catch (error) {
    const next = "check the name, /etc/resolv.conf and /etc/hosts of this machine or container";
    return giveUp("address", `${via}${to.host} cannot be resolved: ${wordsOf(error)}`, next);
  }
  try {
    const { tcpMs, tlsMs } = await machine.connect({ ...to, tls }, TIMEOUT_MS);
    const handshake = tls ? `, TLS ${Math.round(tlsMs)} ms: certificate trusted` : "";
    const facts = { tcp_ms: tcpMs, ...(tls ? { tls_ms: tlsMs } : {}) };
    const text = `${to.host}:${to.port} in ${Math.round(tcpMs)} ms${handshake}`;
    checks.push(ok("connect", text, { facts }));
  } catch (error) {
    const certificate = certificateOf(error, host.clock.now());
    if (certificate !== undefined) {
      return giveUp("certificate", certificate.text, certificate.next);
    }
    const next =
      `check that the server runs and that no firewall is in between (\`nc -vz ${to.host} ` +
      `${to.port}\`); HTTP(S)_PROXY and NO_PROXY count, too`;
    return giveUp("connect", `${via}${to.host}:${to.port}: ${wordsOf(error)}`, next);
  }
  return await ask(location, checks, surroundings, question);
}

async function ask(
  location: string,
  before: readonly Check[],
  { host }: Surroundings,
  { authority, userAgent }: RegistryQuestion,
): Promise<RegistryCheck> {
  const { surveyUrl } = await import("../../transport/survey.ts");
  const base = location.replace(/\?.*$/, "").replace(/\/+$/, "");
  const query = /\?.*$/.exec(location)?.[0] ?? "";
  try {
    const answer = await surveyUrl(`${base}/${NOBODYS}${query}`, {
      ...{ http: host.http, clock: host.clock, authority, userAgent, timeoutMs: TIMEOUT_MS },
    });
    const ours = host.clock.now();
    const clock = answer.date === undefined ? undefined : { theirs: answer.date, ours };
    return { checks: [...before, checkAnswer(answer), checkAccess(answer, authority)], clock };
  } catch (error) {
    return { checks: [...before, unanswered(error, location, host.clock.now())], clock: undefined };
  }
}

function unanswered(error: unknown, location: string, now: number): Check {
  if (error instanceof EdgebootError) return refused("answer", error);
  // Behind a proxy, the certificate is only seen here.
  const certificate = certificateOf(error, now);
  if (certificate !== undefined) {
    return problem("certificate", "REGISTRY_UNREACHABLE", certificate.text, certificate.next);
  }
  const next = `look at the server's log, or ask it with \`curl -v ${display(location)}\``;
  return problem("answer", "REGISTRY_UNREACHABLE", `it does not answer: ${wordsOf(error)}`, next);
}

function certificateOf(error: unknown, now: number) {
  const fault = error instanceof HttpError ? error.certificate : undefined;
  return fault && explainCertificate(fault, now);
}

function endpoint(url: URL): { host: string; port: number } {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port };
}

/** The innermost cause has the system's own words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? wordsOf(error.cause) : error.message;
}
