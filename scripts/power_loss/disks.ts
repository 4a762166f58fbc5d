import { mustRun, run } from "../demo/run.ts";

export const FILE_SYSTEMS = ["ext4", "xfs", "btrfs"] as const;
export type FileSystemName = typeof FILE_SYSTEMS[number];

interface Kind {
  readonly mkfs: readonly [string, ...string[]];
  /** Nothing reaches the disk by itself within a run, where the file system lets one say so. */
  readonly options: string;
  readonly megabytes: number;
}

const KINDS: Readonly<Record<FileSystemName, Kind>> = {
  ext4: { mkfs: ["mkfs.ext4", "-q", "-F"], options: "commit=1000", megabytes: 256 },
  // A copy has the identity of a file system that this kernel has seen.
  xfs: { mkfs: ["mkfs.xfs", "-q", "-f"], options: "nouuid", megabytes: 320 },
  btrfs: { mkfs: ["mkfs.btrfs", "-q", "-f"], options: "commit=1000", megabytes: 320 },
};

/**
 * Where the images lie: a file system with reflinks, itself on a loop device, for as long as this is open.
 *
 * A copy of a disk that is written meanwhile must be of one moment: a copy that reads block after block
 * may have a journal's commit record and not the blocks before it, which no power cut leaves. Stopping the
 * process is not enough, as a system call that has begun goes on, and so do the kernel's own threads. FICLONE
 * takes the source file's lock against writing, and shares all blocks at once: every write that the disk had
 * completed is in the copy, and no other.
 */
export class Yard implements AsyncDisposable {
  #images = 0;

  private constructor(private readonly work: string, readonly root: string) {}

  static async open(work: string): Promise<Yard> {
    const image = `${work}/yard.xfs`;
    const root = `${work}/yard`;
    await makeSparse(image, 16_000);
    await mustRun(["mkfs.xfs", "-q", "-m", "reflink=1", image]);
    await Deno.mkdir(root);
    await mustRun(["mount", "-o", "loop", image, root]);
    return new Yard(work, root);
  }

  async makeDisk(kind: FileSystemName): Promise<Disk> {
    const path = `${this.root}/disk-${this.#images++}`;
    const { mkfs: [program, ...args], megabytes } = KINDS[kind];
    await makeSparse(path, megabytes);
    await mustRun([program, ...args, path]);
    return new Disk(kind, path, `${this.work}/mnt`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run(["umount", "-l", this.root]);
  }
}

/** An image with a file system. One is mounted at a time: copies have the same identity. */
export class Disk {
  constructor(
    readonly kind: FileSystemName,
    readonly path: string,
    readonly mountPoint: string,
  ) {}

  /** The disk as it is at this moment. */
  async copy(): Promise<Disk> {
    const path = `${this.path}-${crypto.randomUUID()}`;
    await mustRun(["cp", "--reflink=always", this.path, path]);
    return new Disk(this.kind, path, this.mountPoint);
  }

  /** Log recovery happens here. @throws {Error} where the file system does not come back */
  async mount(): Promise<string> {
    await Deno.mkdir(this.mountPoint, { recursive: true });
    const options = `loop,${KINDS[this.kind].options}`;
    await mustRun(["mount", "-t", this.kind, "-o", options, this.path, this.mountPoint]);
    return this.mountPoint;
  }

  async unmount(): Promise<void> {
    await mustRun(["umount", this.mountPoint]);
    // A registered device with the same identity would be mounted in place of the next one.
    if (this.kind === "btrfs") await run(["btrfs", "device", "scan", "--forget"]);
  }

  async remove(): Promise<void> {
    await Deno.remove(this.path);
  }
}

/** Why this machine cannot do it, or undefined. */
export async function whyNot(kind: FileSystemName): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "only root can mount";
  for (const program of ["mkfs.xfs", KINDS[kind].mkfs[0], "unzip", "zip"]) {
    if ((await run(["which", program])).code !== 0) return `${program} is not installed`;
  }
  const known = (await Deno.readTextFile("/proc/filesystems")).split(/\s+/);
  const missing = ["xfs", kind].find((name) => !known.includes(name));
  if (missing !== undefined) return `this kernel has no ${missing}`;
  return (await run(["losetup", "-f"])).code === 0 ? undefined : "there is no free loop device";
}

async function makeSparse(path: string, megabytes: number): Promise<void> {
  const file = await Deno.create(path);
  await file.truncate(megabytes * 1024 ** 2);
  file.close();
}
