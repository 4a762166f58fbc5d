import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "./support/kept.ts";
import { PYTHON } from "./support/python.ts";
import { assertText } from "./support/refusal.ts";
import { Sandbox, sha256 } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

const FILES = { "web.py": "import sys\nprint('up', *sys.argv[1:])\n", "bin/tool": "#!/bin/sh\n" };
const START = { entrypoint: { module: "web" } };

Deno.test("edgeboot fetch warms the cache for several apps when it names them", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  const one = await sandbox.publish("one", FILES, START);
  const two = await sandbox.publish("two", { "web.py": "" }, START);
  const options = { registry: server.url };
  const plain = await sandbox.edgeboot(["fetch", "one", "two"], options);
  assertEquals([plain.code, plain.stdout], [0, ""], plain.stderr);
  assertEquals(plain.stderr.match(/: ready in /g)?.length, 2);
  const again = await sandbox.edgeboot(["fetch", "one", "two"], options);
  assertEquals(again.stderr.match(/: already in the cache/g)?.length, 2);
  await server[Symbol.asyncDispose]();
  const started = await sandbox.edgeboot(["run", "--offline", "two"], options);
  assertEquals([started.code, started.stderr], [0, ""]);

  const json = await sandbox.edgeboot(["fetch", "--json", "--offline", "one", "two"], options);
  const trees = `${sandbox.cache}/v1/trees/sha256`;
  assertEquals(
    JSON.parse(json.stdout).apps,
    await Promise.all([["one", one], ["two", two]].map(async ([app, made]) => {
      const { sha256: layer, text } = made as typeof one;
      return {
        ...{ label: `${app}@stable`, version: "1", digest: `sha256:${await sha256(text)}` },
        ...{ trees: [`${trees}/${layer}`], fetched_layers: 0 },
      };
    })),
  );
});

Deno.test("edgeboot fetch ends with the code of what failed and starts no old release when an app is bad", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("one", FILES, START);
  const { stderr, code } = await sandbox.edgeboot(["fetch", "one", "two"]);
  assertEquals(code, 78);
  assertMatch(stderr, /one@stable: ready in [^]+error: no app two/);
});

Deno.test("edgeboot fetch puts a bundle into the cache when it is given --bundle", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256: layer } = await sandbox.publish("one", FILES);
  const bundle = ["--bundle", `${sandbox.registry}/blobs/sha256/${layer}`, "--sha256", layer];
  const { code, stdout } = await sandbox.edgeboot(["fetch", "--json", ...bundle]);
  assertEquals([code, JSON.parse(stdout).apps[0].fetched_layers], [0, 1]);
  const offline = ["run", "--offline", ...bundle, "--entry", "web"];
  assertEquals((await sandbox.edgeboot(offline)).stdout, "up\n");
});

Deno.test("edgeboot inspect tells the variant, why, and what is cached when asked about an app", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256: layer, size } = await sandbox.blob(await sandbox.archive(FILES));
  const release = {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1.2", python: ">=3.6" },
    entrypoints: { default: { module: "web", args: ["-q"] }, tool: { callable: "web:main" } },
    variants: [
      { python_tag: "cp27", layers: [{ kind: "app", sha256: "ab".repeat(32) }] },
      {
        python_tag: PYTHON.tag,
        system_libs: ["libpq.so.5"],
        layers: [{ kind: "app", sha256: layer, size }],
      },
    ],
    novelty: { from: "tomorrow" },
  };
  await sandbox.release("web", "stable", release);
  const cold = await sandbox.edgeboot(["inspect", "web"]);
  assertEquals([cold.code, cold.stderr], [0, ""]);
  for (
    const part of [
      "web@stable",
      "1.2",
      PYTHON.path,
      "not cached",
      "libpq.so.5",
      "novelty",
      "tool: web:main",
    ]
  ) {
    assertStringIncludes(cold.stdout, part);
  }
  assertEquals(exists(`${sandbox.cache}/v1/trees`), false, "inspect fetches no layer");
  await sandbox.edgeboot(["fetch", "web"]);
  const warm = JSON.parse((await sandbox.edgeboot(["inspect", "--json", "web"])).stdout);
  assertEquals(warm.variants.map(({ chosen }: { chosen: boolean }) => chosen), [false, true]);
  assertEquals(warm.variants[1].layers[0].cached, true);
  assertEquals(warm.pythonpath, [`${sandbox.cache}/v1/trees/sha256/${layer}`]);

  const file = `${sandbox.registry}/apps/web/stable.json`;
  for (const name of [file, "registry/apps/web/stable.json"]) {
    const inspected = await sandbox.edgeboot(["inspect", name], { registry: "" });
    assertEquals(inspected.code, 0, inspected.stderr);
    assertStringIncludes(inspected.stdout, "1.2");
  }
  await Deno.writeTextFile(file, "{}");
  const bad = await sandbox.edgeboot(["inspect", file], { registry: "" });
  assertText(bad, { exit: 65, code: "RELEASE_INVALID", says: /at schema: .+missing/ });
});

Deno.test("edgeboot cache tells what is there, by whom it is used and where when it is asked", async () => {
  await using sandbox = await Sandbox.create();
  const cache = (...args: string[]) => sandbox.edgeboot(["cache", ...args]);
  assertEquals((await cache("list")).stdout, "the cache is empty\n");
  assertEquals(JSON.parse((await cache("list", "--json")).stdout).trees, []);
  const { sha256: layer } = await sandbox.publish("web", FILES, START);
  await sandbox.edgeboot(["fetch", "web"]);
  assertMatch(
    (await cache("list")).stdout,
    new RegExp(`^DIGEST.+\n${layer} .+ web 1\n1 tree, .+\n$`),
  );
  const { trees: [tree] } = JSON.parse((await cache("list", "--json")).stdout);
  assertEquals([tree.digest, tree.used_by, tree.files], [`sha256:${layer}`, ["web 1"], 2]);
  assertEquals((await cache("path")).stdout, `${sandbox.cache}\n`);
  assertEquals((await cache("path", `sha256:${layer}`)).stdout, `${tree.path}\n`);
  assertEquals(JSON.parse((await cache("path", "--json", layer)).stdout).path, tree.path);
  const none = await cache("path", "ab".repeat(32));
  assertText(none, { exit: 69, code: "TREE_NOT_CACHED", says: /no tree abab/ });
});

Deno.test("edgeboot exec runs any command in the app's environment when one is named", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256: layer } = await sandbox.publish("web", FILES, START);
  const exec = (...args: string[]) => sandbox.edgeboot(["exec", "web", ...args]);
  const code = "import web, sys; print(web.__file__, sys.argv[1:])";
  const expected = `up -- x\n${sandbox.cache}/v1/trees/sha256/${layer}/web.py ['--', 'x']\n`;
  assertEquals((await exec("python", "-c", code, "--", "x")).stdout, expected);
  assertEquals((await exec("--", "python3", "-c", code, "--", "x")).stdout, expected);
  const shell = await exec("sh", "-c", "echo $EDGEBOOT_CURRENT_APP; exit 9");
  assertEquals([shell.code, shell.stdout], [9, "web\n"]);
  const says = /no command "nosuch"/;
  assertText(await exec("nosuch"), { exit: 127, code: "ENTRY_POINT_UNKNOWN", says });
});

Deno.test("edgeboot run says what it does when -v is given and keeps stdout for the app", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, { ...START, novelty: 1 });
  const cold = await sandbox.edgeboot(["run", "-v", "web", "-v"]);
  assertEquals([cold.code, cold.stdout], [0, "up -v\n"]);
  for (
    const part of ["ignoring unknown fields: novelty", "download", "unpack", "publish", "exec /"]
  ) {
    assertStringIncludes(cold.stderr, part);
  }
  const json = await sandbox.edgeboot(["run", "--log", "json", "--log-level", "debug", "web"]);
  const events = json.stderr.trimEnd().split("\n").map((line) => JSON.parse(line).event);
  assertEquals([json.stdout, events.at(-1)], ["up\n", "exec"]);
  const quiet = await sandbox.edgeboot(["run", "--log-level", "error", "web"], {
    cache: sandbox.path("other"),
  });
  assertEquals([quiet.stdout, quiet.stderr], ["up\n", ""]);
});
