import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Authority, dayText, needsOpenssl } from "../support/certificates.ts";
import { diagnose, find, problems } from "../support/doctor.ts";
import { e2e } from "../support/e2e.ts";
import { Sandbox } from "../support/sandbox.ts";

interface Case {
  readonly name: string;
  readonly subject?: string;
  readonly days?: readonly [from: number, to: number];
  /** The authority is one that this machine does not know. */
  readonly unknown?: true;
  readonly why: RegExp;
  readonly next: RegExp;
}

const CLOCK = "this machine's clock says \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC";

const VALID: readonly [number, number] = [-3, 20];

const CASES: readonly Case[] = [
  {
    name: "has expired",
    days: [-20, -3],
    why: new RegExp(`it was valid until ${dayText(-3)} 00:00:00 UTC, and ${CLOCK}`),
    next: /`date -u`.*renew the server's certificate/,
  },
  {
    name: "is not valid yet",
    days: [3, 20],
    why: new RegExp(`it is valid from ${dayText(3)} 00:00:00 UTC on, and ${CLOCK}`),
    next: /`date -u`.*one that is behind/,
  },
  { name: "is of an unknown issuer", unknown: true, why: /UnknownIssuer/, next: /SSL_CERT_FILE/ },
  {
    name: "is for another host",
    subject: "DNS:elsewhere.example",
    why: /certificate not valid for name/,
    next: /use the name that the certificate is for/,
  },
];

for (const { name, subject = "IP:127.0.0.1", days = VALID, unknown, why, next } of CASES) {
  e2e(
    `edgeboot run and doctor say the same, and run does not try again, when a certificate ${name}`,
    needsOpenssl,
    async () => {
      await using sandbox = await Sandbox.create();
      await sandbox.publish("web", { "web.py": "print('up')\n" });
      const authority = await Authority.make(sandbox);
      const pem = await authority.issue(subject, days);
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {}, ...pem },
        () => new Response("{}"),
      );
      const registry = `https://127.0.0.1:${server.addr.port}`;
      const env = unknown ? {} : { SSL_CERT_FILE: authority.file };
      const { code, stderr } = await sandbox.edgeboot(["run", "web"], { registry, env });
      assertEquals(code, 69, stderr);
      const [, told, advised] = /^ {2}why: {2}(.*)\n {2}next: (.*)/m.exec(stderr)!;
      assertMatch(told!, why);
      assertMatch(advised!, next);
      assert(!/attempt \d/.test(stderr), stderr);
      const diagnosis = await diagnose(sandbox, [], { registry, env });
      assertEquals([diagnosis.exit, problems(diagnosis)], [
        ...[69, ["registry certificate REGISTRY_UNREACHABLE"]],
      ]);
      const [found] = find(diagnosis, "registry", "certificate");
      const withoutTime = (text: string) => text.replace(/clock says .*? UTC/, "clock says …");
      assertStringIncludes(withoutTime(found!.text), withoutTime(told!));
      assertEquals(found!.next, advised);
    },
  );
}

e2e(
  "edgeboot run fetches when the certificate's authority is in SSL_CERT_FILE",
  needsOpenssl,
  async () => {
    await using sandbox = await Sandbox.create();
    const start = { entrypoint: { module: "web" } };
    await sandbox.publish("web", { "web.py": "print('up')\n" }, start);
    const authority = await Authority.make(sandbox);
    await using server = Deno.serve(
      {
        ...{ port: 0, hostname: "127.0.0.1", onListen: () => {} },
        ...await authority.issue("IP:127.0.0.1", VALID),
      },
      async (request) => {
        const path = sandbox.registry + new URL(request.url).pathname;
        return new Response(await Deno.readFile(path));
      },
    );
    const registry = `https://127.0.0.1:${server.addr.port}`;
    const env = { SSL_CERT_FILE: authority.file };
    const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"], { registry, env });
    assertEquals([code, stdout], [0, "up\n"], stderr);
  },
);
