import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Mount } from "../support/containers.ts";
import { e2e, firstOf } from "../support/e2e.ts";
import { exists } from "../support/kept.ts";
import {
  forbidden,
  type Manifest,
  manifestText,
  type PodContainer,
  podOf,
  podSecurity,
  type PodTemplate,
  validated,
  validator,
} from "../support/kubernetes.ts";
import { type Given, needsContainers, probed, TEMPORARY, World } from "./world.ts";

const VERSIONS = ["1.30", "1.33", "1.37"];
const VARIANTS: readonly [args: string[], kinds: string[]][] = [
  [[], ["PersistentVolumeClaim", "Deployment", "DaemonSet", "CronJob"]],
  [["--volume", "node"], ["PersistentVolume", "PersistentVolumeClaim", "Deployment", "DaemonSet"]],
  [["--volume", "pod", "--port", "none"], ["Deployment"]],
  [
    [
      "--health",
      "/healthz",
      "--uid",
      "4242",
      "--image",
      "localhost:5000/base@sha256:" + "0".repeat(64),
    ],
    ["PersistentVolumeClaim", "Deployment", "DaemonSet", "CronJob"],
  ],
];

const missingOf = (found: object) => "missing" in found ? found.missing as string : undefined;
const needsSchemas = missingOf(validator);
const needsPodSecurity = missingOf(podSecurity);

for (const [args, kinds] of VARIANTS) {
  const name = ["edgeboot init kubernetes", ...args].join(" ");
  e2e(`${name} prints what Kubernetes' schemas allow`, needsSchemas, async () => {
    const documents = await validated(await manifestText(...args, "shop.web_api@1.2"), VERSIONS);
    assertEquals(documents.map(({ kind }) => kind), kinds);
    for (const { metadata } of documents) assertMatch(metadata.name, /^[a-z][a-z0-9-]{0,51}$/);
  });

  e2e(
    `${name} prints pods that Pod Security's "restricted" allows`,
    firstOf(needsSchemas, needsPodSecurity),
    async () => {
      const documents = await validated(await manifestText(...args, "shop"), VERSIONS.slice(0, 1));
      const pods = documents.map(podOf).filter((pod) => pod !== undefined);
      assert(pods.length > 0);
      assertEquals(await forbidden(pods), "");
    },
  );
}

e2e(
  "the checks of manifests find what is wrong when something is",
  firstOf(needsSchemas, needsPodSecurity),
  async () => {
    const text = await manifestText("shop");
    const misspelt = text.replace("readOnlyRootFilesystem", "readOnlyRootFileSystem");
    await assertRejects(() => validated(misspelt, VERSIONS), Error, "readOnlyRootFileSystem");
    const later = text.replace(
      "terminationGracePeriodSeconds: 30",
      'terminationGracePeriodSeconds: "30"',
    );
    await assertRejects(() => validated(later, VERSIONS), Error, "integer");
    const hostPath = text.replace(
      /persistentVolumeClaim:\n +claimName: edgeboot-cache/,
      "hostPath: {path: /var}",
    );
    const pods = (await validated(hostPath, VERSIONS)).map(podOf).filter((pod) =>
      pod !== undefined
    );
    assertStringIncludes(await forbidden(pods), "hostPath");
  },
);

/** One container of a pod as the kubelet would start it, on volumes that are there already. */
function asContainer(pod: PodTemplate, container: PodContainer, cache: string): Given {
  const { runAsUser, runAsGroup, fsGroup } = pod.spec.securityContext;
  const mounts = container.volumeMounts.map(({ name, mountPath, readOnly }): Mount =>
    name === "tmp" ? TEMPORARY : { at: mountPath, from: cache, options: readOnly ? ["ro"] : [] }
  );
  return {
    args: container.args ?? [],
    ...(container.command === undefined ? {} : { entrypoint: container.command }),
    env: Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value])),
    user: `${runAsUser}:${runAsGroup}`,
    ...(fsGroup === undefined ? {} : { groups: [fsGroup] }),
    writable: container.securityContext.readOnlyRootFilesystem !== true,
    mounts,
  };
}

function podIn(documents: readonly Manifest[], kind: string): PodTemplate {
  return podOf(documents.find((document) => document.kind === kind)!)!;
}

e2e(
  "the pods of init kubernetes do their work",
  firstOf(needsSchemas, needsContainers),
  async (t) => {
    await using world = await World.create();
    await world.publishProbe();
    const text = await manifestText("--registry", "/registry", "--port", "none", "probe");
    const documents = await validated(text, VERSIONS);
    // As the kubelet leaves a volume with this fsGroup.
    const cache = await world.volume(0o2775, 0, 10001);
    const trees = () => [...Deno.readDirSync(`${cache}/v1/trees/sha256`)].length;
    const given = (pod: PodTemplate, container: PodContainer) => asContainer(pod, container, cache);

    await t.step(
      "the init container fetches, and the app starts from a volume it cannot write",
      async () => {
        const pod = podIn(documents, "Deployment");
        const [fetch] = pod.spec.initContainers!;
        const [app] = pod.spec.containers;
        const fetched = await world.run([], given(pod, fetch!));
        assertEquals(fetched.code, 0, fetched.stderr);
        const { args, ...rest } = given(pod, app!);
        const ended = await world.run(args!, rest);
        assertEquals([probed(ended).uid, probed(ended).pid, ended.stderr], [10001, 1, ""]);
      },
    );

    await t.step("the prefetcher fetches what is new, and ends at SIGTERM", async () => {
      await world.sandbox.publish("probe", { "probe.py": "raise SystemExit(7)" }, {
        entrypoint: { module: "probe" },
      });
      assertEquals(trees(), 1);
      const pod = podIn(documents, "DaemonSet");
      await using container = await world.start([], given(pod, pod.spec.containers[0]!));
      await container.pid();
      while (trees() < 2) await new Promise((done) => setTimeout(done, 20));
      await container.kill("TERM");
      assertEquals((await container.ended).code, 0);
    });

    await t.step("the collector removes what no kept release needs", async () => {
      const layers: string[] = [];
      for (const text of ["1", "2", "3"]) {
        const files = { "probe.py": `raise SystemExit(${text})` };
        const release = { version: text, entrypoint: { module: "probe" } };
        layers.push((await world.sandbox.publish("probe", files, release)).sha256);
        const pod = podIn(documents, "Deployment");
        await world.run([], given(pod, pod.spec.initContainers![0]!));
      }
      const pod = podIn(documents, "CronJob");
      const { code, stdout, stderr } = await world.run([], given(pod, pod.spec.containers[0]!));
      assertEquals(code, 0, stderr);
      const left = layers.map((layer) => exists(`${cache}/v1/trees/sha256/${layer}`));
      assertEquals(left, [false, true, true], stdout);
    });
  },
);
