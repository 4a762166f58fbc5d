import { assertEquals } from "@std/assert";
import { readPath } from "./collect.ts";
import { cpythonRows, isInstalled, rowsOf, run } from "./cpython.ts";

interface Maker {
  /** Makes the archive `out` of the directory `tree`. */
  readonly make: (tree: string, out: string) => Promise<unknown>;
  readonly programs: readonly string[];
  /** Some tools follow links, or leave out empty directories. */
  readonly links?: false;
  readonly directories?: false;
  readonly modes?: false;
}

const GO = `package main
import ("archive/zip"; "io"; "io/fs"; "os"; "path/filepath")
func main() {
  out, _ := os.Create(os.Args[2]); w := zip.NewWriter(out)
  err := filepath.WalkDir(os.Args[1], func(path string, d fs.DirEntry, err error) error {
    if err != nil { return err }
    name, _ := filepath.Rel(os.Args[1], path)
    info, err := os.Lstat(path)
    if err != nil || name == "." { return err }
    h, err := zip.FileInfoHeader(info)
    if err != nil { return err }
    h.Name = filepath.ToSlash(name)
    if d.IsDir() { h.Name += "/" } else { h.Method = zip.Deflate }
    f, err := w.CreateHeader(h)
    if err != nil || d.IsDir() { return err }
    if info.Mode()&fs.ModeSymlink != 0 { target, _ := os.Readlink(path); _, err = f.Write([]byte(target)); return err }
    src, err := os.Open(path)
    if err != nil { return err }
    defer src.Close()
    _, err = io.Copy(f, src)
    return err
  })
  if err == nil { err = w.Close() }
  if err != nil { panic(err) }
}`;

const PYTHON_STREAM = `
import os, sys, zipfile
class Pipe:
    def __init__(self, raw): self.raw = raw
    def write(self, data): return self.raw.write(data)
    def flush(self): self.raw.flush()
with open(sys.argv[2], "wb") as raw, zipfile.ZipFile(Pipe(raw), "w", zipfile.ZIP_DEFLATED) as z:
    for root, _, files in os.walk(sys.argv[1]):
        for name in files:
            path = os.path.join(root, name)
            arc = os.path.relpath(path, sys.argv[1])
            if sys.argv[3] == "write": z.write(path, arc)
            else:
                info = zipfile.ZipInfo.from_file(path, arc)
                with open(path, "rb") as src, z.open(info, "w", force_zip64=True) as dst: dst.write(src.read())
`;

const MAKERS: Record<string, Maker> = {
  "zip": {
    programs: ["zip"],
    make: (tree, out) => run(["zip", "-qry", out, "."], { cwd: tree }),
  },
  "zip without directories and extra fields": {
    programs: ["zip"],
    make: (tree, out) => run(["zip", "-qryDX", out, "."], { cwd: tree }),
    directories: false,
  },
  "zip in the C locale": {
    programs: ["zip"],
    make: (tree, out) => run(["zip", "-qry", out, "."], { cwd: tree, env: { LC_ALL: "C" } }),
  },
  "zip to a pipe": {
    programs: ["zip"],
    links: false,
    make: (tree, out) => piped(`zip -qr - . | cat > "$1"`, tree, out),
  },
  "zip with zip64 forced": {
    programs: ["zip"],
    make: (tree, out) => run(["zip", "-qry", "-fz", out, "."], { cwd: tree }),
  },
  "zip -0": {
    programs: ["zip"],
    make: (tree, out) => run(["zip", "-0qry", out, "."], { cwd: tree }),
  },
  "python3 -m zipfile": {
    programs: [],
    make: (tree, out) => piped(`python3 -m zipfile -c "$1" *`, tree, out),
    links: false,
  },
  "shutil.make_archive": {
    programs: [],
    make: (tree, out) =>
      run([
        "python3",
        "-c",
        "import shutil, sys; shutil.make_archive(sys.argv[2][:-4], 'zip', sys.argv[1])",
        tree,
        out,
      ]),
    links: false,
  },
  "zipfile to a pipe": {
    programs: [],
    make: (tree, out) => run(["python3", "-c", PYTHON_STREAM, tree, out, "write"]),
    links: false,
    directories: false,
  },
  "zipfile to a pipe with zip64 forced": {
    programs: [],
    make: (tree, out) => run(["python3", "-c", PYTHON_STREAM, tree, out, "force"]),
    links: false,
    directories: false,
  },
  "7z": {
    programs: ["7z"],
    make: (tree, out) => run(["7z", "a", "-tzip", "-snl", "-bd", out, "."], { cwd: tree }),
  },
  "bsdtar": {
    programs: ["bsdtar"],
    make: (tree, out) => run(["bsdtar", "--format", "zip", "-cf", out, "."], { cwd: tree }),
  },
  "bsdtar to a pipe, unpadded": {
    programs: ["bsdtar"],
    make: (tree, out) =>
      piped(`bsdtar --format zip -b 1 -cf - . | cat > "$1"`, tree, out)
        .then(() => unpad(out)),
  },
  "Go archive/zip": {
    programs: ["go"],
    make: async (tree, out) => {
      await Deno.writeTextFile(`${out}.go`, GO);
      await run(["go", "run", `${out}.go`, tree, out]);
    },
  },
  "git archive": {
    programs: ["git"],
    make: async (tree, out) => {
      const git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"];
      await run(["cp", "-a", tree, `${out}.d`]);
      const cwd = `${out}.d`;
      await run([...git, "init", "-q"], { cwd });
      await run([...git, "add", "."], { cwd });
      await run([...git, "commit", "-qm", "tree"], { cwd });
      await run([...git, "archive", "--format=zip", "-o", out, "HEAD"], { cwd });
    },
    modes: false,
  },
};

function piped(script: string, cwd: string, out: string): Promise<string> {
  return run(["sh", "-c", script, "sh", out], { cwd });
}

/** bsdtar fills the last block with NUL on standard output; the reader refuses such bytes. */
function unpad(path: string): void {
  const bytes = Deno.readFileSync(path);
  const end = bytes.findLastIndex((byte, at) => byte === 0x50 && bytes[at + 2] === 5) + 22;
  Deno.writeFileSync(path, bytes.subarray(0, end));
}

const installed = new Map<string, boolean>();
function missing(programs: readonly string[]): boolean {
  return ["python3", ...programs].some((program) => {
    if (!installed.has(program)) installed.set(program, isInstalled(program));
    return !installed.get(program);
  });
}

function makeTree(root: string): void {
  Deno.mkdirSync(`${root}/pkg/sub`, { recursive: true });
  Deno.mkdirSync(`${root}/void`);
  Deno.writeTextFileSync(`${root}/pkg/__init__.py`, "");
  Deno.writeTextFileSync(`${root}/pkg/sub/run.sh`, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  Deno.writeTextFileSync(`${root}/pkg/sub/naïve – 日本.txt`, "unicode ".repeat(100));
  Deno.writeTextFileSync(`${root}/pkg/large.bin`, "0123456789abcdef".repeat(220_000));
  Deno.writeFileSync(`${root}/pkg/random.bin`, crypto.getRandomValues(new Uint8Array(60_000)));
  Deno.symlinkSync("sub/run.sh", `${root}/pkg/link`);
}

for (const [tool, maker] of Object.entries(MAKERS)) {
  Deno.test({
    name: `readZip sees what CPython's zipfile sees in an archive made by ${tool}`,
    ignore: missing(maker.programs),
    async fn() {
      const directory = await Deno.makeTempDir();
      try {
        const [tree, out] = [`${directory}/tree`, `${directory}/out.zip`];
        makeTree(tree);
        await maker.make(tree, out);
        const { entries, error } = await readPath(out);
        if (error !== undefined) throw error;
        assertEquals(rowsOf(entries), (await cpythonRows([out]))[0]);

        const paths = entries.map(({ name }) => name.replace(/^\.\//, ""));
        assertEquals(paths.includes("pkg/sub/naïve – 日本.txt"), true, paths.join(", "));
        const link = entries.find(({ name }) => name.endsWith("pkg/link"));
        assertEquals(link?.linkTarget, maker.links === false ? undefined : "sub/run.sh");
        const script = entries.find(({ name }) => name.endsWith("run.sh"));
        if (maker.modes !== false) assertEquals(script!.mode! & 0o777, 0o755);
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  });
}

Deno.test({
  name:
    "readZip refuses what zip 3.0 -fz writes to a pipe, as unzip does: the zip64 end is missing",
  ignore: missing(["zip"]),
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      Deno.mkdirSync(`${directory}/tree`);
      Deno.writeTextFileSync(`${directory}/tree/a.txt`, "hello");
      const out = `${directory}/out.zip`;
      await piped(`zip -qr -fz - . | cat > "$1"`, `${directory}/tree`, out);
      assertEquals((await readPath(out)).rule, "zip-directory-misplaced");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
