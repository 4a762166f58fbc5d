import { assertEquals } from "@std/assert";
import { denoFs } from "../../src/host/deno_fs.ts";
import { DEFAULT_UNPACK_LIMITS } from "../../src/model/unpack_limits.ts";
import { comparable, readTree, tryUnpack, verdict } from "./support.ts";

/** What real writers make of one tree must unpack to what GNU tar makes of it. */

interface Writer {
  readonly name: string;
  /** The program that has to be there, and the command; `$OUT` is the archive, cwd the tree. */
  readonly tool: string;
  readonly command: string;
  /** Where the format cannot hold a part of the tree, that part. */
  readonly without?: "long names" | "links";
}

const gnu = (format: string): Writer => ({
  name: `GNU tar --format=${format}`,
  tool: "tar",
  command: `tar --format=${format} -cf "$OUT" .`,
  ...(["ustar", "v7"].includes(format) ? { without: "long names" } : {}),
});

const python = (name: string, code: string): Writer => ({
  name: `Python ${name}`,
  tool: "python3",
  command: `python3 -c 'import tarfile, os, shutil, sys
${code}' "$OUT"`,
});

const tarfile = (format: string): Writer =>
  python(
    `tarfile ${format}`,
    `with tarfile.open(sys.argv[1], "w", format=tarfile.${format}) as t: t.add(".", arcname="")`,
  );

const WRITERS: readonly Writer[] = [
  ...["gnu", "oldgnu", "pax", "posix", "ustar", "v7"].map(gnu),
  { name: "GNU tar of names", tool: "tar", command: 'tar -cf "$OUT" bin pkg link' },
  {
    name: "GNU tar, reproducible",
    tool: "tar",
    command: 'tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$OUT" .',
  },
  { name: "GNU tar -b 2048", tool: "tar", command: 'tar -b 2048 -cf "$OUT" .' },
  { name: "GNU tar -z", tool: "gzip", command: 'tar -czf "$OUT" .' },
  { name: "GNU tar --zstd", tool: "zstd", command: 'tar --zstd -cf "$OUT" .' },
  {
    name: "zstd --ultra -22 --long=27",
    tool: "zstd",
    command: 'tar -c . | zstd -q --ultra -22 --long=27 > "$OUT"',
  },
  ...["ustar", "pax", "gnutar", "v7"].map((format): Writer => ({
    name: `bsdtar --format=${format}`,
    tool: "bsdtar",
    command: `bsdtar --format=${format} -cf "$OUT" .`,
    ...(["ustar", "v7"].includes(format) ? { without: "long names" as const } : {}),
  })),
  tarfile("PAX_FORMAT"),
  tarfile("GNU_FORMAT"),
  python(
    "shutil.make_archive tar",
    'os.rename(shutil.make_archive(sys.argv[1], "tar"), sys.argv[1])',
  ),
  python(
    "shutil.make_archive gztar",
    'os.rename(shutil.make_archive(sys.argv[1], "gztar"), sys.argv[1])',
  ),
  {
    name: "7z tar",
    tool: "7z",
    command: '7z a -ttar -snl -snh -bso0 -bsp0 "$OUT.tar" . && mv "$OUT.tar" "$OUT"',
    without: "links",
  },
  {
    name: "git archive",
    tool: "git",
    command:
      "git init -q . && git add -A && git -c user.email=a@b -c user.name=n commit -qm x && " +
      'git archive -o "$OUT.tar" HEAD && mv "$OUT.tar" "$OUT" && rm -rf .git',
  },
];

for (const writer of WRITERS) {
  Deno.test({
    name: `unpack makes of an archive by ${writer.name} what GNU tar makes of it`,
    ignore: !isInstalled(writer.tool) || !isInstalled("tar"),
    async fn() {
      const box = Deno.makeTempDirSync({ prefix: "edgeboot-tools-" });
      try {
        makeTree(`${box}/tree`, writer.without);
        sh(writer.command, `${box}/tree`, { OUT: `${box}/archive` });
        const outcome = await tryUnpack({ path: `${box}/archive` });
        assertEquals(verdict(outcome), "accepted");
        Deno.mkdirSync(`${box}/gnu`);
        sh('tar -xf "$OUT" -C "$INTO"', box, { OUT: `${box}/archive`, INTO: `${box}/gnu` });
        const theirs = comparable(readTree(`${box}/gnu`));
        delete theirs["bin/python"]; // left out by ours, and only this
        assertEquals(comparable(outcome.tree), theirs);
        assertEquals(Object.keys(theirs).length > 10, true);
      } finally {
        denoFs.removeTree(box);
      }
    },
  });
}

/** A directory of sdists, e.g. of `pip download --no-binary :all: --no-deps -d DIR …`. */
const SDISTS = Deno.env.get("EDGEBOOT_TEST_SDISTS");
Deno.test({
  name: "unpack makes of every sdist what GNU tar makes of it (EDGEBOOT_TEST_SDISTS)",
  ignore: SDISTS === undefined || !isInstalled("tar"),
  async fn() {
    for (const { name } of Deno.readDirSync(SDISTS!)) {
      if (!name.endsWith(".tar.gz")) continue;
      const into = Deno.makeTempDirSync({ prefix: "edgeboot-sdist-" });
      try {
        const outcome = await tryUnpack({ path: `${SDISTS}/${name}` }, {
          limits: DEFAULT_UNPACK_LIMITS,
        });
        assertEquals([name, verdict(outcome)], [name, "accepted"]);
        sh('tar -xf "$FILE" -C "$INTO"', into, { FILE: `${SDISTS}/${name}`, INTO: into });
        assertEquals(comparable(outcome.tree), comparable(readTree(into)), name);
      } finally {
        denoFs.removeTree(into);
      }
    }
  },
});

function makeTree(root: string, without: Writer["without"]): void {
  const long = "d".repeat(60);
  Deno.mkdirSync(`${root}/pkg/sub`, { recursive: true });
  Deno.mkdirSync(`${root}/bin`);
  Deno.writeTextFileSync(`${root}/pkg/__init__.py`, "x = 1\n");
  Deno.writeTextFileSync(`${root}/pkg/naïve_é_🌟.py`, "é");
  Deno.writeTextFileSync(`${root}/pkg/empty`, "");
  Deno.writeTextFileSync(`${root}/pkg/Mixed Case.TXT`, "spaces");
  Deno.writeFileSync(`${root}/pkg/sub/big`, new Uint8Array(700_000).map((_, i) => i * i));
  Deno.writeTextFileSync(`${root}/bin/tool`, "#!/bin/sh\n");
  Deno.chmodSync(`${root}/bin/tool`, 0o755);
  Deno.chmodSync(`${root}/pkg/empty`, 0o666);
  Deno.chmodSync(`${root}/pkg/sub`, 0o2775);
  // Around the border of 100 bytes: with "./" in front, a prefix of "." becomes needed.
  for (const length of [97, 98, 99, 100]) {
    if (without !== "long names" || length === 97) {
      Deno.writeTextFileSync(`${root}/${String(length).padStart(length, "n")}`, `${length}`);
    }
  }
  if (without !== "links") {
    Deno.symlinkSync("pkg", `${root}/link`);
    Deno.symlinkSync("../pkg/sub/big", `${root}/bin/big`);
    Deno.symlinkSync("/usr/bin/python3", `${root}/bin/python`);
    Deno.linkSync(`${root}/pkg/__init__.py`, `${root}/pkg/hard.py`);
  } else Deno.writeTextFileSync(`${root}/link`, "");
  if (without === "long names") return;
  Deno.mkdirSync(`${root}/pkg/${long}/${long}/${long}`, { recursive: true });
  Deno.writeTextFileSync(`${root}/pkg/${long}/${long}/${long}/${"é".repeat(60)}.py`, "deep");
  if (without !== "links") Deno.symlinkSync("t".repeat(140), `${root}/pkg/dangling`);
}

function sh(command: string, cwd: string, env: Record<string, string>): void {
  const { success, stderr } = new Deno.Command("sh", { args: ["-c", command], cwd, env })
    .outputSync();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}

function isInstalled(tool: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${tool}`], stdout: "null" })
    .outputSync().success;
}
