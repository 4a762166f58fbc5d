import type { FileSystem, FileTime, OpenFile } from "../host/ports.ts";
import type { EntryHeader, EntrySink } from "./entry.ts";
import { copiedInterpreters, isInterpreterName, isVenvMarker } from "./interpreter.ts";
import type { EntryPolicy } from "./policy.ts";
import { hostile } from "./refuse.ts";
import type { Step } from "./step.ts";
import { EPOCH } from "./times.ts";

/** Modes of a published tree: trees are read-only, and owners and groups are the cache's. */
export const FILE_MODE = 0o444;
export const EXECUTABLE_MODE = 0o555;
export const DIRECTORY_MODE = 0o555;

/** Files up to this size are gathered and written with one call; larger ones are streamed. */
const GATHER_BYTES = 256 * 1024;

export interface Extracted {
  files: number;
  directories: number;
  links: number;
  unpackedBytes: number;
  readonly leftOut: string[];
}

/**
 * Carries out what the policy decides, below `into`. It looks nothing up on the disk: a path is
 * touched only because the policy has just declared it new and its parents real directories, and
 * files are created with O_EXCL. So it cannot follow a link that an earlier entry made.
 */
export class Extractor implements EntrySink {
  readonly result: Extracted = {
    files: 0,
    directories: 0,
    links: 0,
    unpackedBytes: 0,
    leftOut: [],
  };
  readonly #made: string[] = [];
  /** Of directories, kept until nothing more is made in them, which would change it. */
  readonly #directoryTimes = new Map<string, FileTime>();
  readonly #venvMarkers: string[] = [];
  readonly #interpreters: string[] = [];
  readonly #gathered = new Uint8Array(GATHER_BYTES);

  #path = "";
  #mode = FILE_MODE;
  #size = 0;
  #received = 0;
  #modified = EPOCH;
  #open: OpenFile | undefined;
  #writing = false;
  /** The file of that name which came before, while this one is compared with it. */
  #written: OpenFile | undefined;

  constructor(
    private readonly fs: FileSystem,
    private readonly into: string,
    private readonly policy: EntryPolicy,
    private readonly onProgress?: (unpackedBytes: number) => void,
  ) {}

  entry(header: EntryHeader): void {
    const step = this.policy.judge(header);
    for (const parent of step.parents) this.#makeDirectory(parent);
    this.#carryOut(step, header);
  }

  data(bytes: Uint8Array): void {
    if (this.#written !== undefined) return this.#compare(bytes);
    if (!this.#writing) throw new Error("content without a file entry");
    const before = this.#received;
    this.#received += bytes.length;
    if (this.#received > this.#size) throw new Error("more content than the entry declared");
    if (this.#open !== undefined) this.#open.write(bytes);
    else if (bytes.length === this.#size) this.#writeWhole(bytes);
    else this.#gathered.set(bytes, before);
    this.result.unpackedBytes += bytes.length;
    this.onProgress?.(this.result.unpackedBytes);
  }

  end(): void {
    if (this.#written !== undefined) return this.#endComparison();
    if (!this.#writing) return;
    if (this.#received !== this.#size) throw new Error("less content than the entry declared");
    if (this.#open !== undefined) this.#closeFile();
    else if (this.#path !== "") this.#writeWhole(this.#gathered.subarray(0, this.#size));
    this.#writing = false;
  }

  finish(): void {
    this.close();
    const copies = copiedInterpreters({
      venvMarkers: this.#venvMarkers,
      interpreters: this.#interpreters,
    });
    for (const path of copies) {
      this.fs.remove(`${this.into}/${path}`);
      this.result.leftOut.push(path);
      this.result.files--;
    }
  }

  /** Ends a half-written file; for the way out after an error. Idempotent. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#written?.close();
    this.#written = undefined;
  }

  /** Also where two tools would take another one of the two, the tree is the same. */
  #compare(bytes: Uint8Array): void {
    this.#received += bytes.length;
    const before = new Uint8Array(bytes.length);
    let length = 0;
    while (length < before.length) {
      const read = this.#written!.read(before.subarray(length));
      if (read === null || read === 0) break;
      length += read;
    }
    if (length < bytes.length || before.some((byte, at) => byte !== bytes[at])) this.#differs();
  }

  #endComparison(): void {
    if (this.#received !== this.#size) throw new Error("less content than the entry declared");
    if (this.#written!.read(new Uint8Array(1)) !== null) this.#differs();
    this.close();
    this.#path = "";
  }

  #differs(): never {
    throw hostile("entry-duplicate", this.#path, "their contents");
  }

  /**
   * Makes one batch of directories read-only, deepest first, and says whether there are more. The
   * root is left to the caller: renaming a directory needs write permission on it, and its time says
   * when it was unpacked.
   */
  seal(batch: number): boolean {
    for (let i = 0; i < batch && this.#made.length > 0; i++) {
      const directory = this.#made.pop()!;
      this.fs.chmod(`${this.into}/${directory}`, DIRECTORY_MODE);
      const modified = this.#directoryTimes.get(directory);
      if (modified !== undefined) this.fs.setModified(`${this.into}/${directory}`, modified);
    }
    return this.#made.length > 0;
  }

  #carryOut(step: Step, { size, modified }: EntryHeader): void {
    const { path } = step;
    switch (step.action) {
      case "leave out":
        this.result.leftOut.push(path);
        return;
      case "make directory":
        this.#makeDirectory(path);
        this.#directoryTimes.set(path, modified);
        return;
      case "keep directory":
        this.#directoryTimes.set(path, modified);
        return;
      case "make symlink":
        this.result.links++;
        this.fs.makeSymlink(step.target, `${this.into}/${path}`);
        return this.fs.setModified(`${this.into}/${path}`, modified);
      case "make hardlink":
        this.result.links++;
        this.#remember(path);
        return this.fs.makeHardlink(`${this.into}/${step.existing}`, `${this.into}/${path}`);
      case "nothing":
        return;
      case "compare file":
        this.#written = this.fs.openRead(`${this.into}/${path}`);
        this.#path = path;
        this.#size = size;
        this.#received = 0;
        return;
      case "write file":
        this.#remember(path);
        this.#modified = modified;
        return this.#beginFile(path, step.executable ? EXECUTABLE_MODE : FILE_MODE, size);
    }
  }

  #beginFile(path: string, mode: number, size: number): void {
    this.result.files++;
    this.#path = path;
    this.#mode = mode;
    this.#size = size;
    this.#received = 0;
    this.#writing = true;
    if (size > GATHER_BYTES) this.#open = this.fs.createFile(`${this.into}/${path}`, mode);
  }

  #writeWhole(bytes: Uint8Array): void {
    this.fs.writeNewFile(`${this.into}/${this.#path}`, bytes, this.#mode, this.#modified);
    this.#path = ""; // written: end() has nothing left to do
  }

  #closeFile(): void {
    this.#open?.setModified(this.#modified);
    this.close();
    this.#path = "";
  }

  #makeDirectory(path: string): void {
    this.fs.makeDir(`${this.into}/${path}`);
    this.#made.push(path);
    this.result.directories++;
  }

  #remember(path: string): void {
    if (isVenvMarker(path)) this.#venvMarkers.push(path);
    else if (isInterpreterName(path)) this.#interpreters.push(path);
  }
}
