import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { manifests } from "../../../src/app/init/kubernetes.ts";
import type { InitRequest } from "../../../src/app/init/request.ts";
import { parseAppRef } from "../../../src/model/ref.ts";
import { assertRefused } from "../../support/refusal.ts";

function asked(
  options: Record<string, string> = {},
  app: string | undefined = "shop",
): InitRequest {
  return {
    ...{ kind: "kubernetes", options: new Map(Object.entries(options)), registry: undefined },
    appRef: app === "" ? undefined : parseAppRef(app),
  };
}

const kinds = (text: string) => [...text.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind);

const VOLUMES: [volume: string, kinds: string[]][] = [
  ["shared", ["PersistentVolumeClaim", "Deployment", "DaemonSet", "CronJob"]],
  ["node", ["PersistentVolume", "PersistentVolumeClaim", "Deployment", "DaemonSet"]],
  ["pod", ["Deployment"]],
];

for (const [volume, expected] of VOLUMES) {
  Deno.test(`manifests has what makes sense when the volume is ${volume}`, () => {
    const text = manifests(asked({ volume }));
    assertEquals(kinds(text), expected);
    // One collects on each node, the other for all; where the cache goes with the pod, neither.
    assertEquals(/cache gc /.test(text), volume === "node");
    assertEquals(text.includes("fsGroup:"), volume !== "node");
  });
}

Deno.test("manifests gives the app nothing that it could write but /tmp", () => {
  const text = manifests(asked());
  const app = text.slice(text.indexOf("- name: app\n        image"), text.indexOf("volumes:"));
  assertStringIncludes(app, "readOnly: true");
  assertStringIncludes(app, "readOnlyRootFilesystem: true");
});

Deno.test("manifests asks the app itself when it has a path for that, and its port otherwise", () => {
  assertEquals(manifests(asked()).match(/tcpSocket/g)?.length, 3);
  const text = manifests(asked({ health: "/ready?deep=1", port: "9000" }));
  assertEquals(text.match(/httpGet: \{path: "\/ready\?deep=1", port: app\}/g)?.length, 2);
  assertEquals(text.match(/tcpSocket/g)?.length, 1);
  assertStringIncludes(text, "containerPort: 9000");
  assert(!/Probe:|ports:/.test(manifests(asked({ port: "none" }))));
});

Deno.test("manifests names objects by what a DNS label can have", () => {
  const text = manifests(asked({}, `a.b_c-${"x".repeat(44)}-yyyyyyyyy@1.2`));
  const names = [...text.matchAll(/^ {2}name: (.*)$/gm)].map(([, name]) => name!);
  assertEquals(names[1], `a-b-c-${"x".repeat(44)}`);
  for (const name of names) assert(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name), name);
});

Deno.test("manifests has lines that can be read", () => {
  for (const [volume] of VOLUMES) {
    const wide = manifests(asked({ volume })).split("\n").filter((line) => line.length > 128);
    assertEquals(wide, []);
  }
});

const REFUSED: [options: Record<string, string>, app?: string][] = [
  [{}, ""],
  [{ volume: "hostPath" }],
  [{ port: "http" }],
  [{ health: "healthz" }],
  [{ health: '/"\n' }],
  [{ image: "a b" }],
  [{ uid: "0" }],
];

for (const [options, app] of REFUSED) {
  Deno.test(`manifests refuses ${JSON.stringify(options)} ${app ?? ""} with 64`, async () => {
    await assertRefused(() => manifests(asked(options, app)), "USAGE", 64);
  });
}
