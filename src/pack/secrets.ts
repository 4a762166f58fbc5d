/** Names that only files with secrets have. What they are is told in the refusal. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^\.env(?:\..+)?$/, "variables of one installation, as a rule with passwords"],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)$/, "a private key of SSH"],
  [/^[._]netrc$/, "passwords for hosts"],
  [/^\.pypirc$/, "passwords of package indexes"],
  [/^\.git-credentials$/, "passwords of git"],
  [/^\.pgpass$/, "passwords of PostgreSQL"],
  [/^\.htpasswd$/, "passwords of a web server"],
  [/^credentials\.json$/, "credentials of a cloud"],
  [/^client_secrets?(?:_.*)?\.json$/, "a secret of OAuth"],
  [/^service[-_]account.*\.json$/, "a key of a cloud's service account"],
  [/\.(?:p12|pfx|jks|keystore|kdbx|ppk)$/, "a store of keys"],
];
/** In directories of these names a file of this one holds secrets. */
const IN_DIRECTORY: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)\.aws\/credentials$/, "credentials of a cloud"],
  [/(?:^|\/)\.docker\/config\.json$/, "passwords of image registries"],
  [/(?:^|\/)\.kube\/config$/, "credentials of a cluster"],
];
/** They show what belongs into the real one. */
const EXAMPLE = /^\.env\.(?:example|sample|template|dist|defaults?)$/;
/** RFC 7468, and OpenSSH's own. */
const PRIVATE_KEY = /^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;

/** So much of a file is looked at. */
export const SECRET_HEAD_BYTES = 64;

/**
 * Why a file looks as if it held a secret, in words; undefined where it does not. A layer is read by everybody
 * who may start the app, and cannot be taken back.
 * @param path relative, `/` between the parts
 * @param head the first bytes of its content
 */
export function secretIn(path: string, head: Uint8Array): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (EXAMPLE.test(name)) return undefined;
  const known = BY_NAME.find(([pattern]) => pattern.test(name)) ??
    IN_DIRECTORY.find(([pattern]) => pattern.test(path));
  if (known !== undefined) return known[1];
  const text = new TextDecoder("latin1").decode(head.subarray(0, SECRET_HEAD_BYTES));
  return PRIVATE_KEY.test(text.trimStart()) ? "a private key" : undefined;
}
