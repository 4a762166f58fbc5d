import { kept } from "../../../tests/e2e/support/kept.ts";
import { output } from "../../../tests/e2e/support/command.ts";
import { sha256 } from "../../../tests/e2e/support/sandbox.ts";
import type { Kind, Pin } from "./pins.ts";

/**
 * The archives of these pins, all of one kind, in a directory that is kept from run to run. The kind's
 * own client fetches them, from the registry that it is set up for.
 * @throws {Error} where the client is not installed, or fails
 */
export async function fetchAll(kind: Kind, pins: readonly Pin[]): Promise<string> {
  const hash = await sha256(pins.map(({ name, version }) => `${name} ${version}`).join("\n"));
  return await kept(`ecosystems/${kind}-${hash.slice(0, 8)}`, async (target) => {
    const work = await Deno.makeTempDir({ prefix: "eb-ecosystems-" });
    try {
      await Deno.mkdir(target, { recursive: true });
      await CLIENTS[kind](pins, target, work);
    } finally {
      // Go makes its cache read-only.
      await output("chmod", ["-R", "u+w", work]);
      await Deno.remove(work, { recursive: true });
    }
  });
}

type Client = (pins: readonly Pin[], target: string, work: string) => Promise<void>;

const CLIENTS: Readonly<Record<Kind, Client>> = {
  async npm(pins, target) {
    const specs = pins.map(({ name, version }) => `${name}@${version}`);
    await output("npm", ["pack", "--silent", "--pack-destination", target, ...specs]);
  },

  async crate(pins, target, work) {
    const dependencies = pins.map(({ name, version }) => `${name} = "=${version}"\n`).join("");
    await Deno.mkdir(`${work}/src`);
    await Deno.writeTextFile(`${work}/src/main.rs`, "fn main() {}\n");
    await Deno.writeTextFile(`${work}/Cargo.toml`, `${CARGO_HEAD}${dependencies}`);
    const env = { CARGO_HOME: `${work}/home` };
    await output("cargo", ["fetch", "--quiet"], { cwd: work, env });
    const cache = `${work}/home/registry/cache`;
    const [registry] = [...Deno.readDirSync(cache)];
    for (const { name, version } of pins) {
      const file = `${name}-${version}.crate`;
      await Deno.copyFile(`${cache}/${registry!.name}/${file}`, `${target}/${file}`);
    }
  },

  async go(pins, target, work) {
    const modules = pins.map(({ name, version }) => `${name}@${version}`);
    const env = { GOMODCACHE: `${work}/modules`, GO111MODULE: "on" };
    const said = await output("go", ["mod", "download", "-json", ...modules], { cwd: work, env });
    for (const [, zip] of said.matchAll(/"Zip": "(.+)"/g)) {
      const [path, version] = zip!.split("/cache/download/")[1]!.split("/@v/");
      await Deno.copyFile(zip!, `${target}/${path!.replaceAll("/", "_")}-${version}`);
    }
  },

  async jar(pins, target) {
    for (const { name, version } of pins) {
      const artifact = `-Dartifact=${name}:${version}`;
      const args = ["-q", "-B", "dependency:copy", artifact, `-DoutputDirectory=${target}`];
      await output("mvn", args);
    }
  },
};

const CARGO_HEAD =
  '[package]\nname = "pins"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n';
