import { assertEquals } from "@std/assert";
import { secretIn } from "../../src/pack/secrets.ts";

const NONE = new Uint8Array();
const bytes = (text: string) => new TextEncoder().encode(text);

for (
  const path of [
    ...[".env", "conf/.env", ".env.production", "id_rsa", "keys/id_ed25519", ".netrc", "_netrc"],
    ...[".pypirc", ".git-credentials", ".pgpass", ".htpasswd", "credentials.json"],
    ...[
      "client_secret.json",
      "service-account.json",
      "service_account-prod.json",
      "x.p12",
      "x.pfx",
    ],
    ...["app.keystore", ".aws/credentials", "deploy/.aws/credentials", ".kube/config"],
    ".docker/config.json",
  ]
) {
  Deno.test(`secretIn names what ${path} is`, () => {
    assertEquals(typeof secretIn(path, NONE), "string");
  });
}

for (
  const path of [
    ...[".env.example", ".env.sample", ".env.template", "env", "environment.py", "id_rsa.pub"],
    ...["credentials.py", "config.json", "docker/config.json", "netrc.py", "server.pem", "a/b.key"],
  ]
) {
  Deno.test(`secretIn finds nothing in ${path}`, () =>
    assertEquals(secretIn(path, NONE), undefined));
}

for (const kind of ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]) {
  Deno.test(`secretIn knows a private key by its first line: ${kind}`, () => {
    const head = bytes(`\n-----BEGIN ${kind}PRIVATE KEY-----\nMII`);
    assertEquals(secretIn("server.pem", head), "a private key");
  });
}

Deno.test("secretIn lets certificates and public keys pass", () => {
  for (const kind of ["CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY"]) {
    assertEquals(secretIn("server.pem", bytes(`-----BEGIN ${kind}-----\nMII`)), undefined);
  }
});
