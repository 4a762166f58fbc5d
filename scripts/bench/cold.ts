import { megabytes } from "../demo/text.ts";
import { type Archive, type BenchBundle, benchBundle, FORMATS } from "./bundle.ts";
import { type Candidate, measure, type Measured } from "./measure.ts";
import { type Peer, PEERS, plainCommand, verifiedCommand } from "./peers.ts";
import { freshCopy } from "./programs.ts";
import { median, quartiles } from "./statistics.ts";
import { renderTable } from "./table.ts";

/** One format on one file system: edgeboot first, then the others. */
interface Group {
  readonly archive: Archive;
  readonly candidates: readonly Candidate[];
}

interface Place {
  readonly name: string;
  readonly path: string;
  readonly rounds: number;
  /** Each run's directory stays until the end. */
  readonly keep: boolean;
  /** How many other programs a format, the fastest first. */
  readonly peers: number;
}

/** Unpacking a bundle from a local file into an empty place. */
export async function benchCold(
  edgeboot: string,
  python: string,
  work: string,
  rounds: number,
): Promise<void> {
  const bundle = await benchBundle();
  const binary = await freshCopy(edgeboot, work);
  const memory = await makeMemoryPlace();
  try {
    for (const place of placesFor(memory, work, rounds)) {
      const groups = await groupsIn(place, bundle, binary, python);
      const candidates = groups.flatMap((group) => group.candidates);
      const results = await measure(python, candidates, { rounds: place.rounds, warmups: 1 });
      console.log(`\nCold unpack ${place.name}, ${place.rounds} runs each`);
      console.log(`${bundle.contents}\n`);
      console.log(render(groups, results));
    }
    console.log(LEGEND);
  } finally {
    if (memory !== undefined) {
      await new Deno.Command("chmod", { args: ["-R", "u+w", memory] }).output();
      await Deno.remove(memory, { recursive: true });
    }
  }
}

/** In memory nothing waits for a disk: what remains is the programs' own work. */
function placesFor(memory: string | undefined, work: string, rounds: number): Place[] {
  const inMemory = memory === undefined
    ? []
    : [{ name: "in memory (/dev/shm)", path: memory, rounds, keep: false, peers: Infinity }];
  // ext4 does not hand out an inode again soon after it was freed, and looks at each such inode first:
  // unpacking after removing as many files took 7 s in place of 0.5 s. So nothing is removed between
  // runs, and few runs are made, as each leaves 150 MB behind.
  return [...inMemory, {
    name: `on disk (${work})`,
    path: work,
    rounds: Math.min(rounds, 3),
    keep: true,
    peers: 1,
  }];
}

async function makeMemoryPlace(): Promise<string | undefined> {
  try {
    return await Deno.makeTempDir({ dir: "/dev/shm", prefix: "edgeboot-bench-" });
  } catch {
    return undefined;
  }
}

async function groupsIn(
  place: Place,
  bundle: BenchBundle,
  binary: string,
  python: string,
): Promise<Group[]> {
  const common = { fresh: place.path, keep: place.keep };
  return await Promise.all(FORMATS.map(async (format) => {
    const archive = bundle.archives.find((candidate) => candidate.format === format)!;
    const own: Candidate = {
      ...common,
      name: `${format}: edgeboot fetch`,
      argv: [binary, "fetch", "--bundle", archive.path, "--sha256", archive.sha256],
      env: { EDGEBOOT_CACHE: "{fresh}", EDGEBOOT_PYTHON: python, EDGEBOOT_LOG_LEVEL: "error" },
    };
    const peers = (await installed(PEERS[format])).slice(0, place.peers);
    const shell = (name: string, command: string): Candidate => ({
      ...common,
      name: `${format}: ${name}`,
      argv: ["/bin/sh", "-c", command],
    });
    const verified = peers.slice(0, 1).map((peer) =>
      shell(`sha256sum, ${peer.label}, sync`, verifiedCommand(peer, archive, "{fresh}"))
    );
    const plain = peers.map((peer) => shell(peer.label, plainCommand(peer, archive, "{fresh}")));
    return { archive, candidates: [own, ...plain, ...verified] };
  }));
}

async function installed(peers: readonly Peer[]): Promise<Peer[]> {
  const found = await Promise.all(peers.map(async (peer) => {
    const args = ["-c", `command -v ${peer.program}`];
    return (await new Deno.Command("/bin/sh", { args }).output()).success;
  }));
  return peers.filter((_, index) => found[index]);
}

function render(groups: readonly Group[], results: ReadonlyMap<string, Measured>): string {
  const rows = groups.flatMap(({ archive, candidates }) => {
    const own = median(results.get(candidates[0]!.name)!.ms);
    const of = (name: string) => row(name, results.get(name)!, own);
    return [
      [`${archive.format}, ${megabytes(archive.size)}`],
      ...candidates.map(({ name }) => {
        const [label, ...figures] = of(name);
        return [`  ${label!.slice(label!.indexOf(": ") + 2)}`, ...figures];
      }),
    ];
  });
  return renderTable(["", "seconds", "quartiles", "to edgeboot", "peak memory"], rows);
}

function row(name: string, { ms, rss }: Measured, own: number): string[] {
  const seconds = (value: number) => (value / 1000).toFixed(2);
  const [low, high] = quartiles(ms);
  return [
    name,
    seconds(median(ms)),
    `${seconds(low)} – ${seconds(high)}`,
    `${(median(ms) / own).toFixed(2)}x`,
    megabytes(median(rss)),
  ];
}

const LEGEND = `
edgeboot fetch copies the archive into the cache, hashes it on the way and compares
the SHA-256, judges every entry before it is written, makes the tree read-only,
syncs the file system and publishes by one rename. The other programs do none of
this; the rows with sha256sum and sync add the parts that a shell can.
Peak memory is that of the largest process of a pipeline, and at least 10 MB.`;
