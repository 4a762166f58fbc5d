import { assert, assertEquals } from "@std/assert";
import { HELPER_OPTIONS } from "../../src/host/deno_helpers.ts";
import type { Outcomes, Targets } from "./helper_attempts.ts";

const SCRIPT = new URL("helper_attempts.ts", import.meta.url);

/** What a worker with these options can do to a file and a server that are there. */
async function attempts(options: WorkerOptions): Promise<Outcomes> {
  const directory = Deno.makeTempDirSync({ prefix: "edgeboot-helper-" });
  Deno.writeTextFileSync(`${directory}/readable`, "text");
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("hello"),
  );
  const worker = new Worker(SCRIPT, options);
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ port: server.addr.port, directory } satisfies Targets);
    });
  } finally {
    worker.terminate();
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("a helper is refused files, network, programs and libc, which its starter may use", async () => {
  const refused = await attempts(HELPER_OPTIONS);
  const allowed = await attempts({ type: "module" });
  assert(Object.keys(allowed).length > 10);
  for (const [attempt, outcome] of Object.entries(allowed)) {
    assertEquals([attempt, outcome], [attempt, "done"]);
    assertEquals([attempt, refused[attempt]], [attempt, "NotCapable"]);
  }
});
