/**
 * `deno task demo`: the main job from nothing. A small web app is built into layers, put into a
 * registry, served over HTTP, started twice through dist/edgeboot, called and stopped; then one byte is
 * damaged. Every claim is checked, and the exit code is 0 only if all of them hold.
 *
 *   deno run -A scripts/demo.ts [--keep]     --keep leaves the registry and the cache to play with
 */
import { compiledBinary } from "./demo/compiled.ts";
import { buildBundle, type Bundle, describeLayer } from "./demo/layers.ts";
import { DemoFailed, Narrator } from "./demo/narrator.ts";
import { findPython, type Python } from "./demo/python.ts";
import { APP, releaseDocument, VERSION, writeRegistry } from "./demo/registry.ts";
import { showRefusal } from "./demo/refusal.ts";
import { freePort, startApp, type StartedApp } from "./demo/started_app.ts";
import { serveRegistry, type StaticServer } from "./demo/static_server.ts";
import { seconds, shortenDigests } from "./demo/text.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

async function demo(work: string, narrator: Narrator): Promise<void> {
  narrator.title("edgeboot: a Python app from an app ID, in place of one image per app");

  narrator.step("Compile edgeboot");
  const edgeboot = await compiledBinary(root, narrator);
  narrator.took("ready");

  narrator.step("Build the app's layers: a FastAPI app, and what it depends on");
  const python = await findPython();
  const bundle = await buildBundle(python, work, narrator);
  for (const layer of bundle.layers) narrator.say(describeLayer(layer));
  narrator.took("built");

  narrator.step("Put them into a registry: a directory of plain files");
  const registry = `${work}/registry`;
  const release = releaseDocument(bundle, python);
  await writeRegistry(registry, release, bundle.layers);
  narrator.verbatim(`${registry}/
  apps/${APP}/stable.json   the release: layers, Python, entry point
  apps/${APP}/${VERSION}.json    the same under its version
  blobs/sha256/<hex>         layers and releases, named by their digest`);
  const { python_tag, abi, platform } = release.variants[0]!;
  narrator.row("fits", `Python ${release.python}, wheel tags ${python_tag}-${abi}-${platform}`);

  narrator.step("Serve it over HTTP, as any web server could");
  const server = serveRegistry(registry);
  try {
    const setting = prepare(edgeboot, python, server, work, narrator);
    await showStarts(setting, bundle, server, narrator);
    await showRefusal({ ...setting, registry, work, layer: bundle.layers[0]! }, narrator);
  } finally {
    await server.stop();
  }
}

interface Setting {
  readonly edgeboot: string;
  readonly env: Record<string, string>;
}

/** The settings of all starts, printed as the reader would type them. */
function prepare(
  edgeboot: string,
  python: Python,
  server: StaticServer,
  work: string,
  narrator: Narrator,
): Setting {
  const settings: Record<string, string> = {
    EDGEBOOT_REGISTRY: server.origin,
    EDGEBOOT_CACHE: `${work}/cache`,
    // A shim chooses an interpreter anew at each start, and the layers are for this one.
    ...(python.viaShim ? { EDGEBOOT_PYTHON: python.executable } : {}),
  };
  for (const [name, value] of Object.entries(settings)) {
    narrator.command(["export", `${name}=${value}`]);
  }
  const inherited = Object.entries(Deno.env.toObject())
    .filter(([name]) => !name.startsWith("EDGEBOOT_"));
  return { edgeboot, env: { ...Object.fromEntries(inherited), ...settings } };
}

async function showStarts(
  setting: Setting,
  bundle: Bundle,
  server: StaticServer,
  narrator: Narrator,
): Promise<void> {
  narrator.step("Cold start: the cache is empty");
  const cold = await startAndStop(setting, bundle, server, narrator);
  narrator.step("Warm start: the same command again");
  const warm = await startAndStop(setting, bundle, server, narrator);
  narrator.verbatim(`
        edgeboot   Python and app   first answer after
cold    ${timesRow(cold)}
warm    ${timesRow(warm)}`);
}

function timesRow({ untilExec, untilAnswer }: StartedApp): string {
  const column = (ms: number) => seconds(ms).padStart(8);
  return `${column(untilExec)}         ${column(untilAnswer - untilExec)}             ` +
    column(untilAnswer);
}

async function startAndStop(
  { edgeboot, env }: Setting,
  bundle: Bundle,
  server: StaticServer,
  narrator: Narrator,
): Promise<StartedApp> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}/hello/Ada`;
  narrator.command(["dist/edgeboot", "run", "-v", APP, "--port", `${port}`]);
  const args: [string, ...string[]] = [edgeboot, "run", "-v", APP, "--port", `${port}`];
  const app = await startApp(args, env, url, narrator);
  for (const request of server.requests()) narrator.row("registry", shortenDigests(request));
  narrator.command(["curl", url]);
  for (const [name, value] of Object.entries(app.answer)) {
    narrator.row(name, shortenDigests(`${value}`.replace(env["EDGEBOOT_CACHE"]!, "(cache)")));
  }
  checkAnswer(app, env["EDGEBOOT_CACHE"]!, bundle, narrator);

  const { status, ms } = await app.terminate();
  narrator.command(["kill", "-TERM", `${app.pid}`]);
  const how = status.signal ?? `exit code ${status.code}`;
  narrator.check(
    `SIGTERM reached Python itself: it ended after ${seconds(ms)} (${how})`,
    status.signal === "SIGTERM" || status.code === 0,
    how,
  );
  return app;
}

function checkAnswer(app: StartedApp, cache: string, bundle: Bundle, narrator: Narrator): void {
  const { answer } = app;
  narrator.check(
    `the app answers, version ${VERSION}, Python ${answer.python}`,
    answer.greeting === "Hello, Ada" && answer.version === VERSION,
    JSON.stringify(answer),
  );
  narrator.check(
    `edgeboot became Python: the app's PID ${answer.pid} is the one that was started`,
    answer.pid === app.pid,
    `${answer.pid} in place of ${app.pid}`,
  );
  if (!bundle.hasNative) return;
  narrator.check(
    "the native extension comes from the deps layer in the cache",
    answer.native?.startsWith(`${cache}/`) === true,
    answer.native ?? "none",
  );
}

async function main(keep: boolean): Promise<number> {
  const narrator = new Narrator();
  const work = await Deno.makeTempDir({ prefix: "edgeboot-demo-" });
  // Requests to this machine must not go through a proxy, neither ours nor edgeboot's.
  const direct = [Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy"), "127.0.0.1"];
  Deno.env.set("NO_PROXY", direct.filter(Boolean).join(","));
  Deno.addSignalListener("SIGINT", () => {
    if (!keep) Deno.removeSync(work, { recursive: true });
    Deno.exit(130);
  });
  try {
    await demo(work, narrator);
    console.log("\nEverything above was checked and is so.");
    return 0;
  } catch (error) {
    console.error(`\ndemo: ${error instanceof Error ? error.message : error}`);
    if (!(error instanceof DemoFailed) && error instanceof Error) console.error(error.stack);
    return 1;
  } finally {
    if (keep) console.log(`Kept: EDGEBOOT_REGISTRY=${work}/registry EDGEBOOT_CACHE=${work}/cache`);
    else await Deno.remove(work, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args.includes("--keep")));
