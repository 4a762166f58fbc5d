/**
 * The software bill of materials of one binary, as CycloneDX 1.5 (ECMA-424). What is listed is what the
 * bundler says it put in, what the base runtime's bytes hash to, and what deno.lock knows of the packages.
 */
export interface SbomInput {
  readonly version: string;
  readonly commit: string;
  readonly target: string;
  /** Of the binary, lower-case hex. */
  readonly sha256: string;
  readonly base: { readonly version: string; readonly v8: string; readonly sha256: string };
  readonly packages: readonly NpmPackage[];
  /** seconds since the epoch; undefined where unknown */
  readonly epoch: number | undefined;
}

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of its tarball, lower-case hex. */
  readonly sha512: string;
  /** SPDX identifier */
  readonly license: string;
  /** What of it is in the bundle. */
  readonly modules: readonly string[];
}

export function sbomOf(input: SbomInput): object {
  const { version, commit, target, sha256, base, packages, epoch } = input;
  const self = `pkg:generic/edgeboot@${version}?target=${target}`;
  const deno = `pkg:github/denoland/deno@v${base.version}#denort`;
  const v8 = `pkg:github/v8/v8@${base.v8}`;
  const refs = packages.map(purlOf);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: `urn:uuid:${uuidOf(sha256)}`,
    version: 1,
    metadata: {
      ...epoch === undefined ? {} : { timestamp: new Date(epoch * 1000).toISOString() },
      component: {
        ...{ type: "application", "bom-ref": self, name: "edgeboot", version, purl: self },
        ...{ licenses: licenseOf("MIT"), hashes: [{ alg: "SHA-256", content: sha256 }] },
        properties: [
          { name: "edgeboot:commit", value: commit },
          { name: "edgeboot:target", value: target },
        ],
      },
    },
    components: [
      {
        ...{ type: "platform", "bom-ref": deno, name: "denort", version: base.version },
        description: "Deno's runtime-only base of compiled programs",
        ...{ purl: deno, licenses: licenseOf("MIT") },
        hashes: [{ alg: "SHA-256", content: base.sha256 }],
      },
      {
        ...{ type: "library", "bom-ref": v8, name: "v8", version: base.v8, purl: v8 },
        ...{ description: "linked into denort", licenses: licenseOf("BSD-3-Clause") },
      },
      ...packages.map((each) => ({
        ...{ type: "library", "bom-ref": purlOf(each), name: each.name, version: each.version },
        ...{ purl: purlOf(each), licenses: licenseOf(each.license) },
        hashes: [{ alg: "SHA-512", content: each.sha512 }],
        properties: each.modules.map((value) => ({ name: "edgeboot:module", value })),
      })),
    ],
    dependencies: [
      { ref: self, dependsOn: [deno, ...refs] },
      { ref: deno, dependsOn: [v8] },
      ...[v8, ...refs].map((ref) => ({ ref })),
    ],
  };
}

/**
 * The npm packages among the modules of a bundle, which lie in Deno's cache as
 * `…/npm/<host>/<name>/<version>/<path>`.
 *
 * @param lock deno.lock
 * @param licenseOf SPDX identifier of the package in that directory
 * @throws {Error} when a package is not in the lock
 */
export async function packagesOf(
  modules: readonly string[],
  lock: { readonly npm?: Readonly<Record<string, { readonly integrity: string }>> },
  licenseOf: (directory: string) => Promise<string>,
): Promise<NpmPackage[]> {
  const found = new Map<string, { directory: string; modules: string[] }>();
  for (const module of modules) {
    const match =
      /^(?<directory>.*\/npm\/[^/]+\/(?<name>(?:@[^/]+\/)?[^/]+)\/(?<version>[^/]+))\/(?<path>.+)$/
        .exec(module);
    if (match === null) continue;
    const { directory, name, version, path } = match.groups!;
    const key = `${name}@${version}`;
    const entry = found.get(key) ?? { directory: directory!, modules: [] };
    found.set(key, { ...entry, modules: [...entry.modules, path!].sort() });
  }
  const packages: NpmPackage[] = [];
  for (const [key, { directory, modules }] of [...found].sort(([a], [b]) => a < b ? -1 : 1)) {
    const integrity = lock.npm?.[key]?.integrity ?? "";
    if (!integrity.startsWith("sha512-")) {
      throw new Error(`sbom: no integrity of ${key} in deno.lock`);
    }
    const at = key.lastIndexOf("@");
    packages.push({
      name: key.slice(0, at),
      version: key.slice(at + 1),
      sha512: Uint8Array.fromBase64(integrity.slice("sha512-".length)).toHex(),
      license: await licenseOf(directory),
      modules,
    });
  }
  return packages;
}

function purlOf({ name, version }: NpmPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function licenseOf(id: string): object[] {
  return [{ license: { id } }];
}

/** A name-based UUID (RFC 9562, version 8) of the binary: the same build has the same serial number. */
function uuidOf(sha256: string): string {
  const variant = ((parseInt(sha256[16]!, 16) & 3) | 8).toString(16);
  const parts = [sha256.slice(0, 8), sha256.slice(8, 12), `8${sha256.slice(13, 16)}`];
  return [...parts, `${variant}${sha256.slice(17, 20)}`, sha256.slice(20, 32)].join("-");
}
