const TRUST_VARIABLE = "DENO_TLS_CA_STORE";
let trustIsRead = false;

/**
 * Trusts what curl on this machine trusts: the system's certificate store (SSL_CERT_FILE and
 * SSL_CERT_DIR included), where companies put their own authority, beside the built-in one. The
 * runtime takes the choice from a variable when it first needs it; the app must not inherit that.
 */
export async function withSystemTrust<T>(request: () => Promise<T>): Promise<T> {
  if (trustIsRead || Deno.env.has(TRUST_VARIABLE)) return await request();
  Deno.env.set(TRUST_VARIABLE, "system,mozilla");
  try {
    const response = await request();
    trustIsRead = true;
    return response;
  } finally {
    Deno.env.delete(TRUST_VARIABLE);
  }
}
