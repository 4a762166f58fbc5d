import type { Layer } from "../model/layer.ts";
import { normalizeName } from "../python/wheel/normalize.ts";
import type { LayerFacts, PackagedProject } from "./layer_facts.ts";

/** A layer, and what is in it. */
export interface KnownLayer {
  readonly layer: Layer;
  readonly facts: LayerFacts;
}

export interface BomInput {
  readonly app: string;
  readonly version: string;
  /** RFC 3339 */
  readonly created: string | undefined;
  readonly commit: string | undefined;
  /** Of all variants. */
  readonly layers: readonly KnownLayer[];
}

/**
 * The software bill of materials of a release, as CycloneDX 1.6 (ECMA-424): the app, and every project that is in
 * its layers. The same layers give the same bytes, so it has neither a serial number nor a time of its own.
 */
export function bomText({ app, version, created, commit, layers }: BomInput): string {
  const components = componentsOf(layers);
  const self = `pkg:generic/${encodeURIComponent(app)}@${encodeURIComponent(version)}`;
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: created,
      component: {
        ...{ type: "application", "bom-ref": self, name: app, version, purl: self },
        properties: commit === undefined ? undefined : [{ name: "edgeboot:commit", value: commit }],
      },
    },
    components,
    dependencies: [
      { ref: self, dependsOn: components.map((component) => component["bom-ref"]) },
    ],
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function componentsOf(layers: readonly KnownLayer[]) {
  const components = new Map<string, ReturnType<typeof componentOf>>();
  for (const { layer, facts } of layers) {
    for (const project of facts.projects) {
      const component = componentOf(project, layer);
      components.set(component["bom-ref"], component);
    }
  }
  return [...components].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component);
}

function componentOf({ name, version, license }: PackagedProject, layer: Layer) {
  const purl = `pkg:pypi/${normalizeName(name)}@${encodeURIComponent(version)}`;
  const file = layer.wheel?.file;
  return {
    ...{ type: "library", name, version, purl },
    // Two variants may have two wheels of one project.
    "bom-ref": file === undefined ? purl : `${purl}?file_name=${file}`,
    licenses: license === undefined ? undefined : [licenseOf(license)],
    // Of the file that an index serves; a layer of many projects has no digest of one.
    hashes: file === undefined ? undefined : [{ alg: "SHA-256", content: layer.sha256 }],
    properties: file === undefined ? undefined : [{ name: "edgeboot:wheel", value: file }],
  };
}

const ID = /^[A-Za-z0-9.+-]+$/;
const EXPRESSION = /^\(?[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) \(?[A-Za-z0-9.+-]+\)?)+$/;

/** An identifier may be one that SPDX does not know: then it is a name, which validators take as it is. */
function licenseOf(license: string): object {
  if (EXPRESSION.test(license)) return { expression: license };
  return { license: ID.test(license) && KNOWN.has(license) ? { id: license } : { name: license } };
}

/** What nearly all projects state; any other stands as a name. */
const KNOWN: ReadonlySet<string> = new Set([
  ...["MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "PSF-2.0"],
  ...["Python-2.0", "MPL-2.0", "Unlicense", "Zlib", "HPND", "CC0-1.0", "BSL-1.0", "MIT-CMU"],
  ...["GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-2.1-only"],
  ...["LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "AGPL-3.0-only", "EPL-2.0"],
]);

/** Of all projects, each once, sorted. */
export function licensesOf(layers: readonly KnownLayer[]): string[] {
  const stated = layers.flatMap(({ facts }) =>
    facts.projects.flatMap(({ license }) => license ?? [])
  );
  return [...new Set(stated)].sort();
}
