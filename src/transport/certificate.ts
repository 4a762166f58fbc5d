import type { CertificateFault } from "../host/ports.ts";

/**
 * What is wrong with a server's certificate, in words that lead somewhere: the same for a start and for
 * `doctor`.
 * @param now this machine's clock, milliseconds since the epoch
 */
export function explainCertificate(
  { kind, words, boundMs }: CertificateFault,
  now: number,
): { readonly text: string; readonly next: string } {
  const text = `the server's certificate is refused: ${datesOf(kind, boundMs, now) ?? words}`;
  return { text, next: NEXT[kind] };
}

function datesOf(
  kind: CertificateFault["kind"],
  boundMs: number | undefined,
  now: number,
): string | undefined {
  if (boundMs === undefined) return undefined;
  const clock = `this machine's clock says ${utc(now)}`;
  if (kind === "expired") return `it was valid until ${utc(boundMs)}, and ${clock}`;
  if (kind === "not-valid-yet") return `it is valid from ${utc(boundMs)} on, and ${clock}`;
  return undefined;
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const CUSTOM_AUTHORITY =
  "install the authority that signed it (`update-ca-certificates`), or name its file with " +
  "SSL_CERT_FILE; `openssl s_client -connect HOST:443` shows the chain";

const NEXT: Readonly<Record<CertificateFault["kind"], string>> = {
  "unknown-issuer": CUSTOM_AUTHORITY,
  "expired":
    "check the clock of this machine (`date -u`); where it is right, renew the server's certificate",
  "not-valid-yet":
    "check the clock of this machine (`date -u`): one that is behind, as after a power cut, refuses " +
    "new certificates",
  "wrong-name": "use the name that the certificate is for, or have it issued for this one",
  "authority-as-server":
    "the server sends a certificate authority's own certificate: issue one for the server, with " +
    "basicConstraints CA:FALSE and its name as subjectAltName",
  "other": CUSTOM_AUTHORITY,
};
