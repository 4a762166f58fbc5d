import { CACHED } from "../support/binary.ts";
import { exists, kept } from "../support/kept.ts";
import { runPip } from "../support/python.ts";
import { sha256 } from "../support/sandbox.ts";

export type Kind = "wheel" | "sdist";

/** One line of packages.txt. */
export interface Package {
  readonly name: string;
  /** name==version */
  readonly pin: string;
  readonly kinds: readonly Kind[];
  /** Those that the gate takes. */
  readonly gate: readonly Kind[];
}

export function readPackages(): Package[] {
  const text = Deno.readTextFileSync(new URL("packages.txt", import.meta.url));
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const [pin, archives] = line.split(" | ");
    const words = archives!.split(" ");
    const kindOf = (word: string) => word.replace("gate-", "") as Kind;
    return {
      name: pin!.split("==")[0]!,
      pin: pin!,
      kinds: words.map(kindOf),
      gate: words.filter((word) => word.startsWith("gate-")).map(kindOf),
    };
  });
}

/** The wheels or sdists of these pins: a directory, kept from run to run. Needs PyPI once. */
export async function download(kind: Kind, pins: readonly string[]): Promise<string> {
  const list = await sha256(pins.join("\n"));
  return await kept(`pypi/${kind}s-${list.slice(0, 8)}`, async (target) => {
    await Deno.mkdir(target, { recursive: true });
    if (kind === "wheel") await downloadWheels(pins, target);
    else for (const pin of pins) await downloadSdist(pin, target);
  });
}

/** For one Python and platform, whichever the tests run on: these are bytes to be unpacked. */
async function downloadWheels(pins: readonly string[], target: string): Promise<void> {
  const platforms = ["manylinux_2_28", "manylinux_2_17", "manylinux2014"];
  await runPip([
    ...["download", "--no-deps"],
    ...["--only-binary", ":all:", "--python-version", "3.11", "--implementation", "cp"],
    ...platforms.flatMap((name) => ["--platform", `${name}_x86_64`]),
    ...["-d", target, ...pins],
  ]);
}

async function downloadSdist(pin: string, target: string): Promise<void> {
  const args = ["--no-binary", pin.split("==")[0]!, "--no-build-isolation", "--use-pep517"];
  await runPip(["download", "--no-deps", ...args, "-d", target, pin], {
    PYTHONPATH: new URL("no_build", import.meta.url).pathname,
  });
}

/** A directory of archives that was filled by hand, for machines without PyPI. */
export function filesIn(directory: string): string[] {
  if (!exists(directory)) throw new Error(`there is no ${directory}; kept are ${CACHED}/pypi`);
  return [...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`).sort();
}
