import { sha256Hex } from "../demo/layers.ts";

/** A registry with one app, which has one script that does nothing. */
export interface WarmFixture {
  readonly registry: string;
  /** of the release */
  readonly digest: string;
  readonly script: string;
}

export const APP = "nothing";

/** Nearly empty on purpose: what is measured is edgeboot's own share, not the layer's. */
export async function writeWarmFixture(work: string): Promise<WarmFixture> {
  const registry = `${work}/registry`;
  const source = `${work}/source`;
  await Deno.mkdir(source, { recursive: true });
  await Deno.writeTextFile(`${source}/nothing.py`, "pass\n");
  const archive = `${work}/layer.tar`;
  const { success } = await new Deno.Command("tar", {
    args: ["-cf", archive, "-C", source, "nothing.py"],
  }).output();
  if (!success) throw new Error("tar could not make the layer");

  const bytes = await Deno.readFile(archive);
  const sha256 = await sha256Hex(bytes);
  const release = JSON.stringify({
    schema: "edgeboot.release/v1",
    app: APP,
    version: "1",
    layers: [{ sha256, size: bytes.length, python_paths: ["."] }],
    entrypoint: { script: "nothing.py" },
    // What the base has installed would take longer to start than all that is measured.
    isolation: "hermetic",
  });
  const encoded = new TextEncoder().encode(release);
  const digest = await sha256Hex(encoded);
  await Deno.mkdir(`${registry}/apps/${APP}`, { recursive: true });
  await Deno.mkdir(`${registry}/blobs/sha256`, { recursive: true });
  await Deno.writeFile(`${registry}/blobs/sha256/${sha256}`, bytes);
  await Deno.writeFile(`${registry}/blobs/sha256/${digest}`, encoded);
  await Deno.writeFile(`${registry}/apps/${APP}/stable.json`, encoded);
  return { registry, digest, script: `${source}/nothing.py` };
}
