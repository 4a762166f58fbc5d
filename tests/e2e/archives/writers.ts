/** A program that makes an archive of the directory that it is started in, as `$OUT`. */
export interface Writer {
  readonly name: string;
  /** What has to be installed. */
  readonly tool: string;
  readonly command: string;
  readonly kind: "tar" | "zip";
  /** What the format or the tool cannot hold. */
  readonly without?: readonly Feature[];
}

/** Parts of the packed tree that not every format can hold. */
export type Feature = "long names" | "links" | "hard links" | "empty directories" | "modes";

const GO = new URL("go_writer.go", import.meta.url).pathname;

const gnu = (format: string): Writer => ({
  name: `GNU tar --format=${format}`,
  tool: "tar",
  kind: "tar",
  command: `tar --format=${format} -cf "$OUT" .`,
  ...(["ustar", "v7"].includes(format) ? { without: ["long names"] as const } : {}),
});

const bsdtar = (format: string): Writer => ({
  name: `bsdtar --format=${format}`,
  tool: "bsdtar",
  kind: format === "zip" ? "zip" : "tar",
  command: `bsdtar --format=${format} -cf "$OUT" .`,
  ...(["ustar", "v7"].includes(format)
    ? { without: ["long names"] as const }
    : format === "zip"
    ? { without: ["hard links"] as const }
    : {}),
});

const python = (name: string, code: string, kind: "tar" | "zip"): Writer => ({
  name: `Python ${name}`,
  tool: "python3",
  kind,
  command: `python3 -c 'import os, shutil, sys, tarfile, zipfile
${code}' "$OUT"`,
  // zipfile follows links; make_archive does so too for zip.
  ...(kind === "zip" ? { without: ["links"] as const } : {}),
});

const tarfile = (format: string): Writer =>
  python(
    `tarfile ${format}`,
    `with tarfile.open(sys.argv[1], "w", format=tarfile.${format}) as t: t.add(".", arcname="")`,
    "tar",
  );

const makeArchive = (format: string, kind: "tar" | "zip"): Writer =>
  python(
    `shutil.make_archive ${format}`,
    `os.rename(shutil.make_archive(sys.argv[1], "${format}"), sys.argv[1])`,
    kind,
  );

const go = (kind: "tar" | "zip"): Writer => ({
  name: `Go archive/${kind}`,
  tool: "go",
  kind,
  command: `go run ${GO} ${kind} . "$OUT"`,
});

const git = (format: string): Writer => ({
  name: `git archive --format=${format}`,
  tool: "git",
  kind: format === "zip" ? "zip" : "tar",
  // git knows no hard links, no empty directories, and of modes the executable bit.
  command: "git init -q . && git add -A && git -c user.email=a@b -c user.name=n commit -qm x && " +
    `git archive --format=${format} -o "$OUT" HEAD; made=$?; rm -rf .git; exit $made`,
  without: ["empty directories"],
});

const sevenZip = (kind: "tar" | "zip"): Writer => ({
  name: `7z -t${kind}`,
  tool: "7z",
  kind,
  command: `7z a -t${kind} -snl -bso0 -bsp0 "$OUT.${kind}" . && mv "$OUT.${kind}" "$OUT"`,
  // 7z 16 and 22 write the targets of links into tar as absolute paths of the machine, or not at all.
  without: kind === "tar" ? ["links"] : ["hard links"],
});

export const WRITERS: readonly Writer[] = [
  ...["gnu", "oldgnu", "pax", "posix", "ustar", "v7"].map(gnu),
  { name: "GNU tar -z", tool: "gzip", kind: "tar", command: 'tar -czf "$OUT" .' },
  { name: "GNU tar --zstd", tool: "zstd", kind: "tar", command: 'tar --zstd -cf "$OUT" .' },
  {
    name: "GNU tar of names, -b 2048",
    tool: "tar",
    kind: "tar",
    command: 'tar -b 2048 -cf "$OUT" -- *',
  },
  ...["ustar", "pax", "gnutar", "v7", "zip"].map(bsdtar),
  {
    name: "zip -ry",
    tool: "zip",
    kind: "zip",
    command: 'zip -qry - . > "$OUT.zip"; mv "$OUT.zip" "$OUT"',
  },
  {
    name: "zip -ryDX",
    tool: "zip",
    kind: "zip",
    command: 'zip -qryDX "$OUT.zip" . && mv "$OUT.zip" "$OUT"',
    without: ["empty directories"],
  },
  ...["PAX_FORMAT", "GNU_FORMAT"].map(tarfile),
  ...["tar", "gztar"].map((format) => makeArchive(format, "tar")),
  makeArchive("zip", "zip"),
  python(
    "zipfile",
    `with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
  for d, _, names in os.walk("."):
    z.write(d)
    for n in names: z.write(os.path.join(d, n))`,
    "zip",
  ),
  sevenZip("tar"),
  sevenZip("zip"),
  go("tar"),
  go("zip"),
  ...["tar", "tar.gz", "zip"].map(git),
];
