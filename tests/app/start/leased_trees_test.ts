import { assertEquals } from "@std/assert";
import { planStart } from "../../../src/app/start/start.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
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
