import { BINARY } from "../../support/binary.ts";
import { command, type Ended, output } from "../../support/command.ts";
import { debianRoot } from "../../support/debian_root.ts";
import { firstOf, needsProgram, needsRoot } from "../../support/e2e.ts";
import { bundleConfig } from "./bundle.ts";

export const UNITS = "/etc/systemd/system";
const REMOVE = 'runc delete --force "$0"; rm -rf --one-file-system "$1" "$2"';
const PACKAGES = ["systemd", "systemd-sysv", "dbus", "python3"];

/**
 * A Debian that systemd has booted, in a container of runc, with the executable under test in
 * /usr/local/bin. One for a whole test file: it takes some seconds.
 */
export class Machine {
  static async boot(root: string): Promise<Machine> {
    const machine = new Machine(root, `edgeboot-test-${crypto.randomUUID()}`);
    await Deno.copyFile(BINARY, `${root}/usr/local/bin/edgeboot`);
    await Deno.chmod(`${root}/usr/local/bin/edgeboot`, 0o755);
    await Deno.mkdir(`${root}/etc/edgeboot`);
    // The journal in memory: nothing of this machine stays.
    await Deno.remove(`${root}/var/log/journal`, { recursive: true }).catch(() => {});
    const bundle = await Deno.makeTempDir({ prefix: "edgeboot-machine-" });
    await Deno.writeTextFile(`${bundle}/config.json`, JSON.stringify(bundleConfig(root)));
    machine.#removeAtTheEnd(bundle);
    const { code, stderr } = await machine.#start(bundle);
    if (code !== 0) throw new Error(`runc cannot start a machine: ${stderr}`);
    await machine.until(
      "is booted",
      async () => (await machine.run("systemctl", "status")).code === 0,
    );
    const state = (await machine.run("systemctl", "is-system-running", "--wait")).stdout.trim();
    if (state !== "running") {
      const failed = (await machine.run("systemctl", "--failed", "--no-legend")).stdout;
      throw new Error(`the machine is ${state}: ${failed}`);
    }
    return machine;
  }

  #guard: Deno.ChildProcess | undefined;

  private constructor(readonly root: string, private readonly id: string) {}

  /**
   * At the end of this process nothing is left of it, and soon after where this process is killed: the
   * guard's standard input ends with whoever holds its other end.
   */
  #removeAtTheEnd(bundle: string): void {
    const args = ["-c", `trap "" HUP INT TERM; read -r _; ${REMOVE}`, this.id, this.root, bundle];
    const quiet = { stdout: "null", stderr: "null" } as const;
    this.#guard = new Deno.Command("sh", { args, stdin: "piped", ...quiet }).spawn();
    this.#guard.unref();
    globalThis.addEventListener("unload", () => {
      const args = ["-c", REMOVE, this.id, this.root, bundle];
      new Deno.Command("sh", { args, stdin: "null", ...quiet }).outputSync();
    });
  }

  /** Nothing of it may keep a pipe of ours open, or its end would be waited for. */
  async #start(bundle: string): Promise<Ended> {
    const log = `${bundle}/log`;
    const shell = 'exec runc --log "$0" run --detach --bundle "$1" "$2" >"$0.out" 2>&1 </dev/null';
    const ended = await command("sh", ["-c", shell, log, bundle, this.id]);
    const text = ended.code === 0 ? "" : await Deno.readTextFile(log);
    return { ...ended, stderr: text };
  }

  async run(program: string, ...args: string[]): Promise<Ended> {
    return await command("runc", ["exec", this.id, program, ...args]);
  }

  /** It must succeed. */
  async output(program: string, ...args: string[]): Promise<string> {
    return await output("runc", ["exec", this.id, program, ...args]);
  }

  async edgeboot(...args: string[]): Promise<string> {
    return await this.output("/usr/local/bin/edgeboot", ...args);
  }

  async write(path: string, text: string): Promise<void> {
    const target = `${this.root}${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(target, text);
  }

  /** Writes what `edgeboot init systemd` prints into its files, and returns their names. */
  async install(...args: string[]): Promise<string[]> {
    const printed = await this.edgeboot("init", "systemd", ...args);
    const header = new RegExp(`^# ${UNITS}/(\\S+)\n`, "m");
    const named = args.includes("--template") ? "edgeboot@" : args.at(-1)!.split("@")[0];
    const parts = header.test(printed)
      ? printed.split(header).slice(1)
      : [`${named}.service`, printed];
    const names = parts.filter((_, index) => index % 2 === 0);
    for (const [index, name] of names.entries()) {
      await this.write(`${UNITS}/${name}`, parts[index * 2 + 1]!);
    }
    await this.output("systemctl", "daemon-reload");
    return names;
  }

  async dropIn(unit: string, text: string): Promise<void> {
    await this.write(`${UNITS}/${unit}.d/test.conf`, text);
    await this.output("systemctl", "daemon-reload");
  }

  async systemctl(...args: string[]): Promise<Ended> {
    return await this.run("systemctl", ...args);
  }

  /** `systemctl show`, all properties of a unit. */
  async show(unit: string): Promise<Record<string, string>> {
    const text = await this.output("systemctl", "show", unit);
    return Object.fromEntries(
      text.split("\n").filter((line) => line.includes("=")).map((line) => {
        const equals = line.indexOf("=");
        return [line.slice(0, equals), line.slice(equals + 1)];
      }),
    );
  }

  /** What a unit's processes wrote, as journald has it. */
  async journal(unit: string): Promise<{ text: string; priority: number; from: string }[]> {
    await this.output("journalctl", "--sync");
    const text = await this.output("journalctl", "--unit", unit, "--output=json");
    return text.split("\n").filter((line) => line !== "").map((line) => {
      const entry = JSON.parse(line);
      const { MESSAGE, PRIORITY, SYSLOG_IDENTIFIER } = entry;
      return { text: String(MESSAGE), priority: Number(PRIORITY), from: SYSLOG_IDENTIFIER };
    });
  }

  async until(what: string, holds: () => Promise<boolean>, seconds = 30): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!await holds()) {
      if (Date.now() > deadline) {
        throw new Error(`in ${seconds} s it was never seen that it ${what}`);
      }
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/** A root to boot, or why this machine cannot. Asked once a test file, when it is loaded. */
export async function rootToBoot(): Promise<{ path: string } | { missing: string }> {
  const missing = firstOf(needsRoot, await needsProgram("runc", "--version"));
  return missing === undefined ? await debianRoot(PACKAGES) : { missing };
}
