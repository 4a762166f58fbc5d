/** A worker's program: tries what a program could do to its machine, and tells what came of it. */

/** Where something answers that an attempt can reach. */
export interface Targets {
  readonly port: number;
  /** A directory with the file `readable`. */
  readonly directory: string;
}

/** By attempt: "done", or the name of the error. */
export type Outcomes = Readonly<Record<string, string>>;

function attemptsAt({ port, directory }: Targets): Record<string, () => unknown> {
  return {
    "read a file": () => Deno.readTextFileSync(`${directory}/readable`),
    "read a file through Node's module": async () => {
      (await import("node:fs")).readFileSync(`${directory}/readable`);
    },
    "list a directory": () => [...Deno.readDirSync(directory)],
    "write a file": () => Deno.writeTextFileSync(`${directory}/written`, "x"),
    "remove a file": () => Deno.removeSync(`${directory}/readable`),
    "connect": async () => (await Deno.connect({ hostname: "127.0.0.1", port })).close(),
    "fetch": async () => await (await fetch(`http://127.0.0.1:${port}/`)).text(),
    "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
    "read the environment": () => Deno.env.toObject(),
    "start a program": () => new Deno.Command("/bin/true").outputSync(),
    "call libc": () => Deno.dlopen("libc.so.6", {}).close(),
    "start a thread that may more": () =>
      new Worker(new URL("data:text/javascript,"), {
        type: "module",
        deno: { permissions: { read: true } },
      }).terminate(),
  };
}

const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: Targets }) => void;
  postMessage(outcomes: Outcomes): void;
};

scope.onmessage = async ({ data }) => {
  const outcomes: Record<string, string> = {};
  for (const [name, attempt] of Object.entries(attemptsAt(data))) {
    try {
      await attempt();
      outcomes[name] = "done";
    } catch (error) {
      outcomes[name] = error instanceof Error ? error.name : String(error);
    }
  }
  scope.postMessage(outcomes);
};
