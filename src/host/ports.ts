/**
 * The ports to the outside. Rooms with effects import these types; `src/host/deno_*.ts` implements
 * them, and tests wrap them to inject faults. File calls are synchronous because for thousands of
 * small files the synchronous form is faster, and because one form is enough.
 *
 * Long because it is the program's whole border, and reads as a list.
 */

export type FileKind = "file" | "directory" | "symlink" | "other";

export interface FileStat {
  readonly kind: FileKind;
  /** bytes */
  readonly size: number;
  /** permission bits, 0o7777 */
  readonly mode: number;
  /** milliseconds since the epoch; 0 where unknown */
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
}

/** A whole file, and what fstat(2) said of it while it was open: whatever its path names by then. */
export interface ReadText {
  readonly text: string;
  readonly stat: FileStat;
}

/** What nobody means to read into memory at once, bytes. */
export const MOST_READ_BYTES = 256 * 1024 ** 2;

/** A moment, as file systems keep it. */
export interface FileTime {
  /** whole seconds since the epoch, not negative */
  readonly seconds: number;
  /** beyond them, 0 to 999,999,999 */
  readonly nanoseconds: number;
}

export interface DirEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/** An open file. `close` is idempotent. */
export interface OpenFile {
  /** Bytes read into `into`, or null at the end of the file. May be short. */
  read(into: Uint8Array): number | null;
  /** Moves the read position, in bytes from the start. */
  seek(offset: number): void;
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array): void;
  /** bytes */
  size(): number;
  sync(): void;
  /** Sets the time of the last change, as {@link FileSystem.setModified} does. */
  setModified(time: FileTime): void;
  close(): void;
}

/** Failures are thrown as {@link FsError}; nothing else leaves this port. */
export interface FileSystem {
  /**
   * A regular file's whole content, of at most so many bytes. Nothing is waited for: a pipe or a device in a
   * file's place is refused. `most` is {@link MOST_READ_BYTES} where it is not given.
   */
  readText(path: string, most?: number): string;
  /** As {@link readText}. */
  readBytes(path: string, most?: number): Uint8Array;
  /** As {@link readText}, with the owner and mode of what was opened. */
  readOwned(path: string, most?: number): ReadText;
  /** undefined where nothing exists (ENOENT, ENOTDIR). Follows symlinks. */
  stat(path: string): FileStat | undefined;
  /** undefined where nothing exists. Does not follow the last component. */
  lstat(path: string): FileStat | undefined;
  readDir(path: string): DirEntry[];
  readLink(path: string): string;
  realPath(path: string): string;
  /** A regular file; as with {@link readText}, anything else is refused and never waited for. */
  openRead(path: string): OpenFile;
  /**
   * Reads a whole file off the main thread, in order: several at once hide the disk's latency, which is
   * what checking a cold cache waits for (136 MB in 7,797 files: 0.55 s, with {@link openRead} 1 s).
   * `expected` is how large the file should be, bytes; a piece is only valid until the next.
   */
  readPieces(path: string, expected: number): AsyncIterable<Uint8Array>;
  /** An existing file, to be written from its end on. */
  openAppend(path: string): OpenFile;
  /** Creates a file that must not exist yet (O_CREAT|O_EXCL), never following a symlink. */
  createFile(path: string, mode: number): OpenFile;
  /** {@link createFile}, write, set the time, close in one call: the hot path of unpacking. */
  writeNewFile(path: string, bytes: Uint8Array, mode: number, modified?: FileTime): void;
  /** Fails where the directory exists; `recursive` makes parents and accepts an existing one. */
  makeDir(path: string, options?: { recursive?: boolean; mode?: number }): void;
  makeSymlink(target: string, path: string): void;
  makeHardlink(existing: string, path: string): void;
  chmod(path: string, mode: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Removes a tree, read-only directories included; succeeds where nothing exists. */
  removeTree(path: string): void;
  /**
   * Sets the time of the last change, of a link its own. Never fails: a file system that keeps no such
   * time, or rounds it, has a right content all the same.
   */
  setModified(path: string, time: FileTime): void;
  /** Sets the time of the last change to now. */
  touch(path: string): void;
  /** Bytes that this user may still write to the file system of `path`; undefined where unknowable. */
  freeBytes(path: string): number | undefined;
  /** Files that may still be made on the file system of `path`; undefined where it has no limit, or says none. */
  freeInodes(path: string): number | undefined;
  /** Whether this user may make names in an existing directory, by access(2): nothing is tried. */
  mayWrite(path: string): boolean;
  /** Whether another name for a file may cost a copy of it: on overlayfs, of a file of a lower layer. */
  copiesOnLink(path: string): boolean;
  /** fsync of one directory. */
  syncDir(path: string): void;
  /** Flushes the whole file system that holds `path`: one call in place of one fsync per file. */
  syncFileSystem(path: string): Promise<void>;
}

/** The errno names that decisions are made on; all others are "OTHER". */
export type Errno =
  | "ENOENT"
  | "EEXIST"
  | "ENOTDIR"
  | "EISDIR"
  | "ENOTEMPTY"
  | "EACCES"
  | "EPERM"
  | "EROFS"
  | "ENOSPC"
  | "EDQUOT"
  | "EIO"
  | "EMFILE"
  | "ENAMETOOLONG"
  | "ELOOP"
  | "EXDEV"
  | "EMLINK"
  | "EOPNOTSUPP"
  | "OTHER";

export class FsError extends Error {
  readonly errno: Errno;
  readonly operation: string;
  readonly path: string;

  constructor(errno: Errno, operation: string, path: string, cause: unknown) {
    // Deno repeats operation and path behind the system's words.
    const message = cause instanceof Error ? cause.message : String(cause);
    const detail = message.replace(/: [a-z ]+ '\/[^]*$/, "");
    super(`${operation} ${path}: ${detail}`, { cause });
    this.name = "FsError";
    this.errno = errno;
    this.operation = operation;
    this.path = path;
  }
}

/** The inherited environment. Values that are not UTF-8 exist for `has` but have no `get`. */
export interface Environment {
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** Every inherited name. Only for the cold path and `doctor`. */
  names(): string[];
}

export interface Clock {
  /** milliseconds since the epoch */
  now(): number;
  /** milliseconds, monotonic; 0 is where the runtime began */
  monotonic(): number;
  /** When, on the monotonic clock, this program's own code began. */
  readonly began: number;
  sleep(ms: number): Promise<void>;
}

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** The body as it came over the wire. Must be read to its end or cancelled. */
  body(): AsyncIterable<Uint8Array>;
  cancel(): Promise<void>;
}

/** What is wrong with the certificate that a server has shown. */
export interface CertificateFault {
  readonly kind:
    | "expired"
    | "not-valid-yet"
    | "unknown-issuer"
    | "wrong-name"
    | "authority-as-server"
    | "other";
  /** of the TLS library */
  readonly words: string;
  /** Until, or from when on, it is valid; milliseconds since the epoch. */
  readonly boundMs?: number;
}

/** An exchange that came to no answer, or broke. The message names no URL. */
export class HttpError extends Error {
  constructor(message: string, readonly certificate: CertificateFault | undefined) {
    super(message);
    this.name = "HttpError";
  }
}

export interface HttpSending extends HttpRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "MKCOL";
  /** Whole, with its length, or piece by piece, without. */
  readonly body?: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;
}

/** As {@link HttpClient}, for what changes something on the other side. */
export interface HttpSender {
  /** Rejects as `get` does, or with what the body has thrown. */
  send(request: HttpSending): Promise<HttpResponse>;
}

/** One HTTP exchange: no redirect is followed, nothing is retried, nothing is decoded. */
export interface HttpClient {
  /** Rejects with {@link HttpError}, or with the signal's reason. */
  get(request: HttpRequest): Promise<HttpResponse>;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Adds to our environment; an empty value unsets what Python looks at. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs, else where we are. */
  readonly directory?: string;
  /** `held`: it stays open and silent until we end, however that happens, so that a program may end with us. */
  readonly stdin?: "empty" | "held";
}

/** Runs a helper program to its end. */
export interface CommandRunner {
  /** Rejects with {@link FsError} where the program cannot be started. */
  run(
    path: string,
    args: readonly string[],
    timeoutMs: number,
    options?: CommandOptions,
  ): Promise<CommandResult>;
}

/** A lock of flock(2), held by an open file: it ends with {@link release} or with the process. */
export interface Lock {
  /** Lets the descriptor, and with it the lock, live on in the program that exec starts. */
  inherit(): void;
  release(): void;
  /** Of the locked file itself, whatever its path names by now; undefined where unknowable. */
  stat(): FileStat | undefined;
  /** Replaces the content of the file, for those who find it locked. Never fails: it is only a note. */
  write(text: string): void;
}

export interface Locks {
  /**
   * Tries at once, never waits. "busy": somebody holds a lock that conflicts. "absent": no such file.
   * "unsupported": the file may not be opened or this file system has no locks; nothing is held.
   * @throws FsError for what is over in a moment: no more descriptors or memory, EIO
   */
  tryLock(
    path: string,
    mode: "shared" | "exclusive",
    options?: {
      readonly create?: boolean;
      /** permission bits of a file that is made; 0o644, which lets every reader lock it, too */
      readonly mode?: number;
    },
  ): Lock | "busy" | "absent" | "unsupported";
  /** Process IDs, in this PID namespace, that hold a lock on the file; undefined where unknowable. */
  holders(stat: FileStat): readonly number[] | undefined;
}

export interface HelperOutput {
  /** A structured clone of what the helper sent. */
  readonly message: unknown;
  /** What the helper put beside it, in shared memory that it uses again when the next is asked for. */
  readonly contents: Uint8Array<SharedArrayBuffer>;
}

/** What a helper sends through, on its side. */
export interface Outbox {
  /** Room for the contents of the next message; blocks while the other side is too far behind. */
  contents(): Uint8Array<SharedArrayBuffer>;
  send(message: unknown): void;
}

/** A second thread that reads archives while this one writes trees, and may do nothing else. */
export interface HelperThread {
  /**
   * Hands over the request and `file`, which is read from its beginning on, and yields what comes back, in order, until the helper is done. The helper
   * waits while a few messages are not done with. Throws EdgebootError or FsError as the helper did.
   */
  run(request: unknown, file: OpenFile): AsyncIterable<HelperOutput>;
  /** Ends the thread, wherever it is. */
  stop(): void;
}

export interface HelperThreads {
  /**
   * Starts a thread ahead of its work, as that takes 30 ms. undefined where no processor would be
   * left for it, or where this platform cannot; the work is then done here.
   */
  start(): HelperThread | undefined;
}

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** lower-case hex */
  digestHex(): string;
}

/** Compression and hashing: loaded on first use, since a warm start needs neither. */
export interface Codecs {
  sha256(): Promise<Hasher>;
  /**
   * Offers errors that the platform throws where nobody can catch them, until the returned function is
   * called; `take` says whether one is its own.
   */
  takeStrayErrors(take: (error: unknown) => boolean): () => void;
  /** Makes one hasher after another without waiting, once loaded: for thousands of small files. */
  sha256Factory(): Promise<() => Hasher>;
  zlib(): Promise<ZlibModule>;
}

/** The part of `node:zlib` that is used; its types come from the platform. */
export type ZlibModule = typeof import("node:zlib");

export interface Terminal {
  /** One that can be steered: its cursor moves. A file, a pipe and TERM=dumb are none. */
  readonly isTerminal: boolean;
  /** Whether the reader wants colours; no-color.org. */
  readonly colour: boolean;
  readonly columns: number;
}

export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly stdoutTerminal: Terminal;
  readonly stderrTerminal: Terminal;
  /** Whether stderr goes to systemd's journal, to which `<3>` before a line is its priority (sd-daemon(3)). */
  readonly stderrIsJournal: boolean;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly uid: number;
  readonly platform: "linux" | "darwin";
  readonly arch: "x86_64" | "aarch64";
  readonly runtime: { readonly version: string; readonly target: string };
  cwd(): string;
  /** 128 random bits as 32 hex characters. */
  randomId(): string;
  /** Sets the file mode mask and returns the one before. */
  umask(mask: number): number;
  /** Ignores SIGHUP until the returned function puts back what was before. */
  ignoreHangUps(): () => void;
}

/** Of the file system that holds a path. */
export interface FileSystemUse {
  /** that any user may still write, bytes */
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** undefined where the file system makes inodes as it needs them */
  readonly freeInodes: number | undefined;
}

/** What only `doctor` asks of the machine; loaded when it is asked for. */
export interface Machine {
  /** Why this process could not become another program; undefined where it could. */
  execRefusal(): string | undefined;
  /** `2.36`; undefined where the C library has no such call */
  libcVersion(): string | undefined;
  fileSystemUse(path: string): FileSystemUse | undefined;
  /** The addresses of a host, as programs of this machine get them. Rejects with words. */
  lookUp(host: string): Promise<string[]>;
  /** Opens and closes a connection; what each step took, milliseconds. Rejects with {@link HttpError}. */
  connect(
    to: { readonly host: string; readonly port: number; readonly tls: boolean },
    timeoutMs: number,
  ): Promise<{ readonly tcpMs: number; readonly tlsMs: number }>;
}

/** The service manager that started this process, where it wants to be told (sd_notify(3)). */
export interface Supervisor {
  /**
   * Sends lines such as `STATUS=…` to the socket that NOTIFY_SOCKET names: an absolute path, or `@` and
   * an abstract name. Never waits for the other side and never fails: it is only news.
   */
  notify(socket: string, lines: string): Promise<void>;
}

export interface Host {
  readonly fs: FileSystem;
  readonly env: Environment;
  readonly clock: Clock;
  readonly http: HttpClient & HttpSender;
  readonly commands: CommandRunner;
  readonly codecs: Codecs;
  readonly helpers: HelperThreads;
  readonly locks: Locks;
  readonly output: Output;
  readonly process: ProcessInfo;
  machine(): Promise<Machine>;
  readonly supervisor: Supervisor;
}

/** A request without a body, as it goes over the wire, on a connection of its own. */
export interface ShortExchange {
  /** a name, or an address without brackets */
  readonly hostname: string;
  readonly port: number;
  /** over TLS */
  readonly isSecure: boolean;
  readonly request: string;
  /** for all of it */
  readonly withinMs: number;
}

/** The part of the outside that a planned start needs: it looks, asks a server one thing, and takes leases. */
export interface StartHost {
  readonly fs: Pick<
    FileSystem,
    | ("stat" | "lstat" | "readLink" | "readText" | "readOwned")
    | ("mayWrite" | "touch" | "makeDir")
  >;
  readonly env: Environment;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly locks: Pick<Locks, "tryLock" | "holders">;
  readonly process: Pick<ProcessInfo, "uid" | "cwd">;
  /** The first line of the answer; rejects where there is none in time. */
  readonly exchange: (request: ShortExchange) => Promise<string>;
}
