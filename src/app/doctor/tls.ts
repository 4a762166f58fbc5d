/** What the TLS library says of a certificate, in words that lead somewhere; undefined for anything else. */
export function explainTls(said: string): { text: string; next: string } | undefined {
  const found = /invalid peer certificate: (\w+)/.exec(said);
  if (found === null) return undefined;
  const text = `the server's certificate is refused: ${said.replace(/^.*?certificate: /, "")}`;
  return { text, next: NEXT[found[1]!] ?? CUSTOM_AUTHORITY };
}

const CUSTOM_AUTHORITY =
  "install the authority that signed it (`update-ca-certificates`), or name its file with " +
  "SSL_CERT_FILE; `openssl s_client -connect HOST:443` shows the chain";

/** By the names of rustls' CertificateError. */
const NEXT: Readonly<Record<string, string>> = {
  UnknownIssuer: CUSTOM_AUTHORITY,
  Expired: "renew the server's certificate, and check the clock of this machine",
  NotValidYet: "check the clock of this machine: the certificate begins later",
  NotValidForName: "use the name that the certificate is for, or have it issued for this one",
  CaUsedAsEndEntity: "the server sends a certificate authority's own certificate: issue one for " +
    "the server, with basicConstraints CA:FALSE and its name as subjectAltName",
};
