import { assertEquals, assertMatch } from "@std/assert";
import { planStart } from "../../../src/app/start/start.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import { FsError, type Host } from "../../../src/host/ports.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { parseLayerDigest } from "../../../src/model/digest.ts";
import { app, fakePython, testContext, testHost } from "../../support/context.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { isLocked } from "../../support/locks.ts";
import { inTempDir } from "../../support/temp.ts";

// An interpreter that knows no virtual environments has no lease but those of its trees.
Deno.test("leaseTrees hands the leases on, cold and warm, when there is no environment to lease", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    registry.publishHello();
    const { path: python, commands } = fakePython(dir, { version: [3, 7, 17] });
    const settings = { registry: registry.root, cache: `${dir}/cache`, python };
    const layout = new CacheLayout(`${dir}/cache`);
    for (const start of ["cold", "warm"]) {
      const { context } = await testContext(settings, testHost({}, { ...denoHost, commands }).host);
      const request = { kind: "run", target: app("hello"), args: [] } as const;
      const { leases } = await planStart(request, context);
      const paths = [...Deno.readDirSync(layout.leases)].flatMap(({ name, isFile }) =>
        isFile ? [layout.lease(parseLayerDigest(name))] : []
      );
      assertEquals([paths.length, leases.length], [2, 2], start);
      assertEquals(paths.filter((path) => !isLocked(path)), [], start);
      leases.forEach((lease) => lease.release());
      assertEquals(paths.filter(isLocked), [], `${start}, released`);
    }
  }));

Deno.test("leaseEnvironment keeps the leases of the trees when the environment is outside of their cache", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    registry.publishHello();
    const layout = new CacheLayout(`${dir}/cache`);
    const start = async (version: readonly number[], host: Host) => {
      const { path: python, commands } = fakePython(dir, { version });
      const settings = { registry: registry.root, cache: `${dir}/cache`, python };
      const env = { TMPDIR: `${dir}/tmp`, HOME: `${dir}/home` };
      const { context } = await testContext(settings, testHost(env, { ...host, commands }).host);
      const request = { kind: "run", target: app("hello"), args: [] } as const;
      return await planStart(request, context);
    };
    await Deno.mkdir(`${dir}/tmp`);
    (await start([3, 7, 17], denoHost)).leases.forEach((lease) => lease.release());
    const makeDir: Host["fs"]["makeDir"] = (path, options) => {
      if (path.startsWith(`${layout.versionRoot}/`)) {
        throw new FsError("EROFS", "create", path, "on purpose");
      }
      denoHost.fs.makeDir(path, options);
    };
    const readOnly = { ...denoHost, fs: { ...denoHost.fs, makeDir } };
    const { plan, leases } = await start([3, 11, 2], readOnly);
    assertMatch(plan.executable, /\/tmp\/.*\/environments\//);
    const trees = [...Deno.readDirSync(layout.trees)].map(({ name }) => name);
    assertEquals(trees.length, 2);
    const held = () => trees.filter((name) => isLocked(layout.lease(parseLayerDigest(name))));
    assertEquals(held(), trees, "what runs can be collected");
    // All of them are handed on: a lock that nobody hands on ends when Python takes over.
    leases.forEach((lease) => lease.release());
    assertEquals(held(), []);
  }));
