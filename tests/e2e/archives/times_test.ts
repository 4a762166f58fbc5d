import { assert, assertEquals } from "@std/assert";
import { CACHED } from "../support/binary.ts";
import { e2e } from "../support/e2e.ts";
import { output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { attempt } from "./attempt.ts";
import { type Feature, type Writer, WRITERS } from "./writers.ts";

/** Files and links get the times that the usual tools give them; so do directories, but for the root. */

interface Reader {
  readonly name: string;
  readonly kind: Writer["kind"];
  /** Unpacks `$IN` into the directory that it is started in. */
  readonly command: string;
  /** Decimals of a second that both give alike. */
  readonly decimals: number;
  /** It leaves links with the time at which they were made. */
  readonly linksAreNew?: true;
  /** Only archives by these, and all but those by these. */
  readonly only?: RegExp;
  readonly not?: RegExp;
}

/** unzip, and bsdtar before 3.7, only see the coarse DOS time beside them. */
const WITH_WINDOWS_TIMES = /^7z/;

const READERS: readonly Reader[] = [
  {
    name: "GNU tar",
    kind: "tar",
    // Else it forgets the times of directories whose entries are not in one piece, as bsdtar writes them.
    command: 'tar --delay-directory-restore -xf "$IN"',
    decimals: 9,
  },
  { name: "bsdtar", kind: "tar", command: 'bsdtar -xf "$IN"', decimals: 9 },
  {
    name: "Python tarfile",
    kind: "tar",
    command: `${PYTHON.path} -c 'import os, tarfile
tarfile.open(os.environ["IN"]).extractall()'`,
    // It computes with doubles.
    decimals: 0,
    linksAreNew: true,
    not: /zstd/,
  },
  {
    name: "unzip",
    kind: "zip",
    command: 'unzip -q "$IN"',
    decimals: 0,
    linksAreNew: true,
    not: WITH_WINDOWS_TIMES,
  },
  {
    name: "bsdtar",
    kind: "zip",
    command: 'bsdtar -xf "$IN"',
    decimals: 0,
    not: WITH_WINDOWS_TIMES,
  },
  {
    name: "7z",
    kind: "zip",
    command: '7z x -snl -bso0 -bsp0 "$IN"',
    decimals: 0,
    linksAreNew: true,
    only: WITH_WINDOWS_TIMES,
  },
];

const TIMES: readonly (readonly [name: string, time: string])[] = [
  ["even", "2024-03-31 01:30:00"],
  ["odd", "2023-11-14 22:13:21"],
  ["summer", "2025-07-01 12:00:01"],
  ["fraction", "2023-11-14 22:13:21.123456789"],
  ["nearly", "2023-11-14 22:13:21.999999"],
  ["later", "2040-01-01 00:00:03"],
  ["early", "1985-10-26 08:15:00"],
];

for (const zone of ["UTC", "America/New_York"]) {
  for (const writer of WRITERS) {
    // One zone is enough where the format has none.
    if (zone !== "UTC" && writer.kind === "tar") continue;
    e2e(
      `edgeboot fetch gives the files of an archive by ${writer.name} the usual times in ${zone}`,
      await missingTool(writer),
      () => compareTimes(writer, zone),
    );
  }
}

async function compareTimes(writer: Writer, zone: string): Promise<void> {
  const box = await Deno.makeTempDir({ prefix: "eb-times-" });
  try {
    const [tree, archive] = [`${box}/tree`, `${box}/archive`];
    await makeTree(tree, new Set(writer.without ?? []));
    const env = { OUT: archive, IN: archive, GOCACHE: `${CACHED}/go`, TZ: zone };
    await output("sh", ["-c", writer.command], { cwd: tree, env });
    await attempt(archive, async (made) => {
      assertEquals(made.verdict, "accepted", made.stderr);
      for (const reader of READERS.filter((each) => compares(each, writer))) {
        const into = `${box}/${reader.name}`;
        await Deno.mkdir(into);
        await output("sh", ["-c", reader.command], { cwd: into, env });
        const expected = await timesOf(into, reader, writer);
        assert(Object.keys(expected).length > TIMES.length);
        assertEquals(await timesOf(made.tree!, reader, writer), expected, reader.name);
      }
    }, { TZ: zone });
  } finally {
    await Deno.remove(box, { recursive: true });
  }
}

function compares({ kind, only, not }: Reader, writer: Writer): boolean {
  return kind === writer.kind && only?.test(writer.name) !== false &&
    not?.test(writer.name) !== true;
}

async function makeTree(root: string, without: ReadonlySet<Feature>): Promise<void> {
  await Deno.mkdir(`${root}/pkg/inner`, { recursive: true });
  const touch = (path: string, time: string) =>
    output("touch", ["-h", "-d", time, `${root}/${path}`], { env: { TZ: "UTC" } });
  for (const [name, time] of TIMES) {
    await Deno.writeTextFile(`${root}/pkg/inner/${name}`, name);
    await touch(`pkg/inner/${name}`, time);
  }
  // Over what is gathered before it is written.
  await Deno.writeFile(`${root}/pkg/large`, new Uint8Array(3_000_000).map((_, i) => i ^ i >> 8));
  await Deno.writeTextFile(`${root}/pkg/empty`, "");
  await touch("pkg/large", "2022-02-02 02:02:03");
  await touch("pkg/empty", "2022-02-02 02:02:05");
  if (!without.has("links")) {
    await Deno.symlink("inner", `${root}/pkg/link`);
    await touch("pkg/link", "2021-01-01 01:01:01");
  }
  await touch("pkg/inner", "2020-10-10 10:10:11");
  await touch("pkg", "2020-10-10 10:10:13");
}

/** path → seconds since the epoch, cut to what the reader can do */
async function timesOf(
  root: string,
  { decimals, linksAreNew }: Reader,
  { without = [] }: Writer,
): Promise<Record<string, string>> {
  const which = [
    ...linksAreNew ? ["!", "-type", "l"] : [],
    // Where directories are no entries, nothing says their time.
    ...without.includes("empty directories") ? ["!", "-type", "d"] : [],
  ];
  const print = ["-printf", "%P\t%T@\n"];
  const lines = await output("find", [root, "-mindepth", "1", ...which, ...print]);
  return Object.fromEntries(
    lines.trim().split("\n").sort().map((line) => {
      const [path, time] = line.split("\t") as [string, string];
      const point = time.indexOf(".");
      return [path, time.slice(0, decimals === 0 ? point : point + 1 + decimals)];
    }),
  );
}

async function missingTool({ tool }: Writer): Promise<string | undefined> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", `command -v ${tool}`],
    stdout: "null",
  }).output();
  return success ? undefined : `${tool} is not installed`;
}
