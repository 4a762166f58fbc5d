import { format } from "@std/fmt/bytes";

/** Bytes of one set of dependencies and of an app that needs it, compressed. */
export interface AppSizes {
  /** As layers of an image. */
  readonly image: { readonly deps: number; readonly code: number };
  /** As layers of a bundle. */
  readonly bundle: { readonly deps: number; readonly code: number };
}

export interface Sizes {
  readonly debian: number;
  readonly python: number;
  /** The layers that edgeboot's base image has besides. */
  readonly edgeboot: number;
  /** Of those, what a build with another Python layer below has made anew. */
  readonly edgebootAfterPatch: number;
  /** One for each set of dependencies. */
  readonly apps: readonly AppSizes[];
}

export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const COUNTS = [1, 10, 50];

/** Sums of blobs that a registry, or a machine that runs all the apps, has once each. */
export function comparison(sizes: Sizes): Table[] {
  const header = ["apps", "image per app, built apart", "…, deps layers shared", "base + bundles"];
  const table = (title: string, bytes: (count: number) => readonly number[]) => ({
    ...{ title, header },
    rows: COUNTS.map((count) => [`${count}`, ...bytes(count).map((sum) => format(sum))]),
  });
  return [
    table("stored, and pulled by a machine that runs all of them for the first time", (count) => {
      const common = sizes.debian + sizes.python;
      return [
        common + imagesApart(sizes, count),
        common + imagesShared(sizes, count),
        common + sizes.edgeboot + bundles(sizes, count),
      ];
    }),
    table("pulled after a change of every app's code", (count) => {
      const code = sum(count, (i) => app(sizes, i).image.code);
      return [code, code, sum(count, (i) => app(sizes, i).bundle.code)];
    }),
    table("pulled after a security fix of Python", (count) => [
      sizes.python + imagesApart(sizes, count),
      sizes.python + imagesShared(sizes, count),
      sizes.python + sizes.edgebootAfterPatch,
    ]),
  ];
}

/** A build on a machine that has not built the same layer before makes another digest of it. */
function imagesApart(sizes: Sizes, count: number): number {
  return sum(count, (i) => app(sizes, i).image.deps + app(sizes, i).image.code);
}

function imagesShared(sizes: Sizes, count: number): number {
  return sum(Math.min(count, sizes.apps.length), (i) => app(sizes, i).image.deps) +
    sum(count, (i) => app(sizes, i).image.code);
}

function bundles(sizes: Sizes, count: number): number {
  return sum(Math.min(count, sizes.apps.length), (i) => app(sizes, i).bundle.deps) +
    sum(count, (i) => app(sizes, i).bundle.code);
}

const app = ({ apps }: Sizes, index: number): AppSizes => apps[index % apps.length]!;

function sum(count: number, bytes: (index: number) => number): number {
  return Array.from({ length: count }, (_, index) => bytes(index)).reduce((a, b) => a + b, 0);
}
