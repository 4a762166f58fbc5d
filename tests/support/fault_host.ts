import {
  type Errno,
  type FileSystem,
  FsError,
  type Host,
  type Lock,
  type Locks,
  type OpenFile,
} from "../../src/host/ports.ts";

/** What a dead process does: nothing, ever again. Not an FsError, so that nobody recovers from it. */
export class Killed extends Error {
  constructor() {
    super("the process was killed here");
    this.name = "Killed";
  }
}

export interface FaultPlan {
  /** The call that fails, from 1; Infinity to count only. */
  readonly at: number;
  readonly with: Errno | "kill";
  /** Only these calls count, e.g. those below the cache. */
  readonly counts?: (operation: string, path: string) => boolean;
}

const MUTATING: ReadonlySet<string> = new Set([
  ...["createFile", "writeNewFile", "makeDir", "makeSymlink", "makeHardlink", "chmod", "rename"],
  ...["remove", "removeTree", "syncDir", "syncFileSystem", "write", "sync"],
]);

/** Wraps the file system of a host: counts the calls, and fails or dies at one of them. */
export class FaultHost {
  readonly host: Host;
  /** `operation path` of every counted call */
  readonly calls: string[] = [];
  #dead = false;
  readonly #held: Lock[] = [];

  constructor(inner: Host, private readonly plan: FaultPlan = { at: Infinity, with: "kill" }) {
    this.host = { ...inner, fs: this.#wrapFs(inner.fs), locks: this.#wrapLocks(inner.locks) };
  }

  get mutations(): string[] {
    return this.calls.filter((call) => MUTATING.has(call.split(" ", 1)[0]!));
  }

  #wrapFs(fs: FileSystem): FileSystem {
    return new Proxy(fs, {
      get: (target, name) => {
        const method = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return (...args: unknown[]) => {
          const path = String(name === "rename" ? args[1] : args[0]);
          this.#meet(String(name), path);
          const result = method.apply(target, args);
          const isFile = name === "openRead" || name === "createFile" || name === "openAppend";
          return isFile ? this.#wrapFile(result as OpenFile, path) : result;
        };
      },
    });
  }

  #wrapLocks(locks: Locks): Locks {
    return {
      ...locks,
      tryLock: (path, mode, options) => {
        if (this.#dead) throw new Killed();
        const lock = locks.tryLock(path, mode, options);
        if (typeof lock !== "string") this.#held.push(lock);
        return lock;
      },
    };
  }

  #wrapFile(file: OpenFile, path: string): OpenFile {
    return new Proxy(file, {
      get: (target, name) => {
        const method = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        // The kernel closes the files of a dead process.
        if (name === "close") return () => target.close();
        return (...args: unknown[]) => {
          this.#meet(String(name), path);
          return method.apply(target, args);
        };
      },
    });
  }

  #meet(operation: string, path: string): void {
    if (this.#dead) throw new Killed();
    if (this.plan.counts?.(operation, path) === false) return;
    this.calls.push(`${operation} ${path}`);
    if (this.calls.length !== this.plan.at) return;
    if (this.plan.with === "kill") {
      this.#dead = true;
      // As the kernel does with what a dead process had open.
      for (const lock of this.#held) lock.release();
      throw new Killed();
    }
    throw new FsError(this.plan.with, operation, path, new Error(`${this.plan.with} on purpose`));
  }
}
