import type { Content, Fetched, Fetcher, FetchOptions } from "../model/content.ts";
import { EdgebootError } from "../model/errors.ts";
import { localPath } from "../model/location.ts";
import { fileValidator } from "./file_validator.ts";
import { type FileStat, type FileSystem, FsError } from "../host/ports.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Reads `file:` locations with the meaning of HTTP: absent, unchanged, or the bytes. */
export class FileFetcher implements Fetcher {
  constructor(private readonly fs: FileSystem) {}

  // deno-lint-ignore require-await -- the port is asynchronous; a local file is not
  async fetch(url: string, options: FetchOptions = {}): Promise<Fetched> {
    const path = localPath(url) ?? url;
    try {
      const stat = this.fs.stat(path);
      if (stat === undefined) return { kind: "absent" };
      if (stat.kind !== "file") throw unreadable(path, "it is not a regular file", undefined);
      const validator = fileValidator(stat);
      if (validator === options.validator) return { kind: "unchanged" };
      const { resume } = options;
      const same = resume !== undefined && resume.offset <= stat.size &&
        (resume.validator === validator || resume.immutable && resume.total === stat.size);
      return this.#content(path, stat, validator, same ? resume.offset : 0);
    } catch (error) {
      throw error instanceof FsError ? unreadable(path, error.message, error) : error;
    }
  }

  #content(path: string, stat: FileStat, validator: string, offset: number): Content {
    const { fs } = this;
    return {
      kind: "content",
      size: stat.size,
      offset,
      validator,
      async *chunks() {
        let file;
        try {
          file = fs.openRead(path);
          if (offset > 0) file.seek(offset);
          const buffer = new Uint8Array(Math.min(CHUNK_BYTES, stat.size + 1));
          for (let n = file.read(buffer); n !== null; n = file.read(buffer)) {
            yield buffer.subarray(0, n);
          }
        } catch (error) {
          throw error instanceof FsError ? unreadable(path, error.message, error) : error;
        } finally {
          file?.close();
        }
      },
    };
  }
}

function unreadable(path: string, why: string, error: FsError | undefined): EdgebootError {
  const denied = error?.errno === "EACCES" || error?.errno === "EPERM";
  return new EdgebootError(denied ? "PERMISSION_DENIED" : "REGISTRY_UNREACHABLE", {
    what: `cannot read ${path}`,
    why,
    next: denied
      ? "give this user read permission on the registry's files and directories"
      : "check the path, and that the disk or volume behind it is mounted",
  }, { cause: error, facts: { url: path } });
}
