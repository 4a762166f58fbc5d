import type { AppId } from "../../model/app_id.ts";
import { type Sha256, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { display, type Location } from "../../model/location.ts";
import { parseRelease, type Release } from "../../model/release.ts";
import type { Catalogue, CatalogueBlob, Leftover } from "../../registry/catalogue.ts";
import type { Publisher } from "../../registry/publisher.ts";
import type { Context } from "../context.ts";
import { openCatalogue, openPublisher } from "../open_publisher.ts";
import { sha256Of } from "../start/sha256_of.ts";
import { type CollectPlan, planCollection } from "./collect_plan.ts";
import { type AppDocuments, readDocuments } from "./read_documents.ts";

export interface RegistryCollectRequest {
  readonly keep: number;
  readonly minAgeMs: number;
  readonly dryRun: boolean;
}

export interface RegistryCollected extends CollectPlan {
  readonly leftovers: readonly Leftover[];
}

/**
 * `edgeboot registry gc`: removes versions that nobody needs, then the blobs that none of what stays names. While
 * it goes on, nobody publishes; where locks do nothing, what is young stays for that reason.
 *
 *   P: layer there: its time is now              version names it
 *   C:                              layer is young: stays
 *
 * @throws EdgebootError REGISTRY_UNSUPPORTED (78) where nobody can say what there is; RELEASE_INVALID (65), with
 * nothing removed, where a document cannot be read
 */
export async function collectRegistry(
  { keep, minAgeMs, dryRun }: RegistryCollectRequest,
  context: Context,
): Promise<RegistryCollected> {
  const { host } = context;
  const publisher = openPublisher(context);
  const catalogue = openCatalogue(context);
  if (catalogue === undefined) throw notListed(publisher.location);
  using _collector = dryRun ? undefined : await catalogue.begin();
  const apps = await readDocuments(await catalogue.documents(), host);
  const named = await namedReleases(apps, catalogue, context);
  const rules = { keep, minAgeMs, now: host.clock.now() };
  const blobs = await all(catalogue.blobs());
  const plan = planCollection(apps, named, blobs, rules);
  const leftovers = (await all(catalogue.leftovers())).filter(({ modifiedMs }) =>
    rules.now - modifiedMs >= minAgeMs
  );
  if (!dryRun) await remove(plan, leftovers, catalogue, publisher);
  return { ...plan, leftovers };
}

/** What is listed goes first: at no time is there a version without its layers. */
async function remove(
  { versions, blobs }: CollectPlan,
  leftovers: readonly Leftover[],
  catalogue: Catalogue,
  publisher: Publisher,
): Promise<void> {
  const byApp = new Map<AppId, string[]>();
  for (const { app, version } of versions) {
    byApp.set(app, [...byApp.get(app) ?? [], version]);
  }
  for (const [app, removed] of byApp) {
    if (await publisher.index(app) !== undefined) {
      await publisher.updateIndex(app, { removed: new Set(removed) });
    }
    for (const version of removed) await catalogue.removeVersion(app, version);
  }
  for (const { digest } of blobs) await catalogue.removeBlob(digest);
  for (const leftover of leftovers) await catalogue.removeLeftover(leftover);
}

/**
 * Releases that a channel names, and that lie under no version.
 * @throws EdgebootError RELEASE_INVALID (65) where one is not there: its layers are then not known
 */
async function namedReleases(
  apps: readonly AppDocuments[],
  catalogue: Catalogue,
  { host }: Context,
): Promise<Map<Sha256, Release>> {
  const found = new Map<Sha256, Release>();
  for (const { app, versions, channels } of apps) {
    for (const { channel, release: digest } of channels) {
      if (versions.some((version) => version.digest === digest)) continue;
      const text = await catalogue.release(digest);
      if (text === undefined || await sha256Of(text, { host }) !== digest) {
        throw notThere(`${app}@${channel}`, digest, catalogue.location);
      }
      found.set(digest, parseRelease(text, `release ${app}@${channel}`));
    }
  }
  return found;
}

async function all<T extends CatalogueBlob | Leftover>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function notThere(channel: string, digest: Sha256, location: Location): EdgebootError {
  return new EdgebootError("RELEASE_INVALID", {
    what: `nothing is collected in ${display(location)}`,
    why: `${channel} names the release ${
      shortDigest(digest)
    }, which is not there: what it needs is not known`,
    next:
      "let the channel stand for a release that is there (`edgeboot promote`), or remove its document",
  }, { facts: { channel, digest, url: display(location) } });
}

function notListed(location: Location): EdgebootError {
  return new EdgebootError("REGISTRY_UNSUPPORTED", {
    what: `cannot collect ${display(location)}`,
    why:
      "a plain server does not say what it has, so that nobody knows which layers other apps need",
    next: "run it where the files are: `edgeboot registry gc --to DIRECTORY`",
  }, { facts: { url: display(location) } });
}
