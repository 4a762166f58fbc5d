import { assertEquals } from "@std/assert";
import { output } from "../support/command.ts";
import { e2e, firstOf } from "../support/e2e.ts";
import { DEBIAN, dockerfile } from "../support/images.ts";
import { interpreters } from "../support/interpreters.ts";
import { at } from "./scenarios.ts";
import { IMAGE, needsContainers, probed, World } from "./world.ts";

const OTHER = "3.12";

/** One that has been built, and so can stand for the official image's. */
const other = await findOther();

async function findOther(): Promise<string | undefined> {
  for (const path of interpreters) {
    const said = await output(path, ["-I", "-c", "import sys; print(sys.version, sys.prefix)"]);
    const shared = `${said.trim().split(" ").at(-1)}/lib/libpython${OTHER}.so.1.0`;
    if (said.startsWith(`${OTHER}.`) && await Deno.stat(shared).catch(() => undefined)) {
      return said.trim().split(" ").at(-1);
    }
  }
}

e2e("the image of init docker states what is safe, and no volume", needsContainers, async () => {
  await using world = await World.create();
  const { User, Env, Entrypoint, StopSignal, Volumes } = world.image.config;
  assertEquals([User, StopSignal, Volumes], ["10001:10001", "SIGTERM", undefined]);
  assertEquals(Entrypoint, ["/usr/local/bin/edgeboot", "run"]);
  assertEquals(Env.map((line) => line.split("=")[0]), ["PATH", "EDGEBOOT_CACHE"]);
  const setuid = await output("find", [
    ...[`${world.image.root}/usr/local`, "(", "-perm", "/6000", "-o", "-perm", "/002", ")"],
    ...["!", "-type", "l"],
  ]);
  assertEquals(setuid, "", "nothing that was added can be written, or run as somebody else");
  const { mode } = await Deno.stat(`${world.image.root}/usr/local/bin/edgeboot`);
  assertEquals(mode! & 0o7777, 0o555);
});

e2e(
  "the image of init docker --python 3.11,3.12 starts each app with the Python it asks for",
  firstOf(
    needsContainers,
    other === undefined ? `no Python ${OTHER} with a shared library is here` : undefined,
  ),
  async () => {
    await using world = await World.create();
    const official = `docker.io/library/python:${OTHER}-slim-bookworm`;
    await world.builder.layer(official, async (root) => {
      // What is run in it, and what is copied out of it.
      await output("cp", ["-a", `${(await world.builder.mount(DEBIAN)).root}/.`, root]);
      const local = `${root}/usr/local`;
      await output("cp", ["-a", `${other}/bin/python${OTHER}`, `${local}/bin/`]);
      await output("cp", ["-a", `${other}/lib/libpython${OTHER}.so.1.0`, `${local}/lib/`]);
      await output("cp", ["-a", `${other}/lib/python${OTHER}`, `${local}/lib/`]);
    });
    const image = `${IMAGE}-${OTHER}`;
    await world.builder.build(image, await dockerfile("--python", `3.11,${OTHER}`));
    const { root, config } = await world.builder.mount(image);
    assertEquals([...Deno.readDirSync(`${root}/usr/local/lib/python${OTHER}/site-packages`)], []);
    for (const version of ["3.11", OTHER]) {
      await world.publishProbe(`probe-${version}`, { python: `==${version}.*` });
      const mounts = [{ at: "/tmp", tmpfs: ["mode=1777"] }, at(await world.volume())];
      const ended = await world.run([`probe-${version}`], { image: { root, config }, mounts });
      assertEquals(probed(ended).version, version);
    }
  },
);
