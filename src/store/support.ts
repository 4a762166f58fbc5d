import { FsError, type Host } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";
import { RootDirectories } from "./root_directories.ts";

type SupportHost = Pick<Host, "fs" | "process">;

/**
 * Small read-only directories of edgeboot's own making, each named after what is in it: one that is
 * there is right. Published like trees, by one rename of a synced work directory.
 */
export class SupportDirectories {
  constructor(
    private readonly layout: CacheLayout,
    private readonly host: SupportHost,
    private readonly roots = new RootDirectories(layout, host),
  ) {}

  find(name: string): string | undefined {
    const path = this.layout.support(name);
    try {
      return this.host.fs.lstat(path)?.kind === "directory" ? path : undefined;
    } catch (error) {
      // Closed to this user: as good as not there.
      if (error instanceof FsError) return undefined;
      throw error;
    }
  }

  /**
   * The path of the directory, after one `lstat` where it exists; undefined where it does not and the
   * cache cannot be written.
   */
  ensure(name: string, files: ReadonlyMap<string, string>, mode = 0o444): string | undefined {
    const found = this.find(name);
    if (found !== undefined) return found;
    const path = this.layout.support(name);
    const { fs, process } = this.host;
    const work = this.layout.work(process.randomId());
    const umask = process.umask(0o022);
    try {
      this.roots.make();
      fs.makeDir(this.layout.works, { recursive: true });
      fs.makeDir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      fs.makeDir(work);
      this.#write(work, files, mode);
      this.#publish(work, path);
      return path;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return undefined;
    } finally {
      this.#discard(work);
      process.umask(umask);
    }
  }

  /** Modes do not depend on the caller's umask: other users start from this cache, too. */
  #write(work: string, files: ReadonlyMap<string, string>, mode: number): void {
    const { fs } = this.host;
    for (const [name, text] of files) {
      const parents = name.split("/").slice(0, -1);
      parents.forEach((_, depth) => {
        const directory = [work, ...parents.slice(0, depth + 1)].join("/");
        fs.makeDir(directory, { recursive: true });
      });
      const file = fs.createFile(`${work}/${name}`, 0o644);
      try {
        file.write(new TextEncoder().encode(text));
        file.sync();
      } finally {
        file.close();
      }
      fs.chmod(`${work}/${name}`, mode);
    }
  }

  #publish(work: string, path: string): void {
    const { fs } = this.host;
    try {
      fs.rename(work, path);
    } catch (error) {
      // Another process was faster: its directory is equal by name.
      if (fs.lstat(path)?.kind !== "directory") throw error;
      return;
    }
    fs.syncDir(path.slice(0, path.lastIndexOf("/")));
  }

  #discard(work: string): void {
    try {
      this.host.fs.removeTree(work);
    } catch {
      // Unreachable by name; collected later.
    }
  }
}
