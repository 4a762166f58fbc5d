import { output } from "./command.ts";
import { needsProgram } from "./e2e.ts";
import type { Sandbox } from "./sandbox.ts";

/** Why no certificates can be made here, or undefined. */
export const needsOpenssl = await needsProgram("openssl", "version");

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

const CONFIG = `
[ca]
default_ca = authority
[authority]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** A certificate authority of a test's own, in a directory of its sandbox. */
export class Authority {
  static async make(sandbox: Sandbox): Promise<Authority> {
    const directory = await sandbox.write("files/authority", {
      "ca.cnf": CONFIG,
      "index.txt": "",
      "serial": "01\n",
    });
    await output("openssl", [
      ...["req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30"],
      ...["-subj", "/CN=an authority of tests"],
      ...["-addext", "basicConstraints=critical,CA:TRUE"],
    ], { cwd: directory });
    return new Authority(directory);
  }

  private constructor(private readonly directory: string) {}

  /** For SSL_CERT_FILE. */
  get file(): string {
    return `${this.directory}/ca.pem`;
  }

  /** @param days from today on: of its first and of its last moment */
  async issue(name: string, [from, to]: readonly [number, number]): Promise<ServerCertificate> {
    const { directory } = this;
    const id = crypto.randomUUID();
    await output("openssl", [
      ...["req", "-new", ...NEW_KEY, "-keyout", `${id}.key`, "-out", `${id}.csr`],
      ...["-subj", "/CN=a server of tests"],
    ], { cwd: directory });
    await Deno.writeTextFile(
      `${directory}/${id}.ext`,
      `subjectAltName=${name}\nbasicConstraints=critical,CA:FALSE\n`,
    );
    await output("openssl", [
      ...["ca", "-batch", "-notext", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem"],
      ...["-in", `${id}.csr`, "-out", `${id}.pem`, "-extfile", `${id}.ext`],
      ...["-startdate", opensslDate(from), "-enddate", opensslDate(to)],
    ], { cwd: directory });
    const read = (suffix: string) => Deno.readTextFile(`${directory}/${id}.${suffix}`);
    return { key: await read("key"), cert: await read("pem") };
  }
}

/** The day so many days from now, as openssl takes it; `dayText` is what a message says. */
function opensslDate(days: number): string {
  return `${dayText(days).replaceAll("-", "")}000000Z`;
}

export function dayText(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
