import { assertEquals, assertMatch } from "@std/assert";
import { dockerfile } from "../support/images.ts";
import { exists } from "../support/kept.ts";
import { CACHE, type Given, type Image, type Probed, TEMPORARY, type World } from "./world.ts";

/** Surroundings that a container may be given, in which the probe must start, cold and warm. */
export interface Scenario {
  readonly name: string;
  readonly given: (world: World) => Given | Promise<Given>;
  /** Besides that it runs, twice. */
  readonly expect?: (said: Probed, given: Given) => void | Promise<void>;
  /** What the first start finds; unfetched where not said. */
  readonly first?: "cached";
  /** What the second start finds; the first one's cache where not said. */
  readonly second?: "nothing";
  /** What is said to the user of a warm start; nothing where not stated. */
  readonly says?: RegExp;
}

export const at = (from: string, ...options: string[]) => ({ at: CACHE, from, options });
/** Who mounts the volume may change what is started from it, and nobody else does. */
const ANYBODY = { EDGEBOOT_TRUSTED_UIDS: "any" };
const ARGS = ["--flag", "a b", ""];

const VOLUMES: readonly Scenario[] = [
  {
    name: "an emptyDir: 0777, owned by root, said to be the pod's alone",
    given: async (world) => ({ env: ANYBODY, mounts: [at(await world.volume(0o777))] }),
  },
  {
    name: "an emptyDir with an fsGroup: 2777, the group's",
    given: async (world) => ({
      ...{ env: ANYBODY, groups: [2000], mounts: [at(await world.volume(0o2777, 0, 2000))] },
    }),
  },
  {
    name: "a hostPath prepared for the user: 0755, its own",
    given: async (world) => ({ mounts: [at(await world.volume(0o755, 10001, 10001))] }),
  },
  {
    name: "a PersistentVolumeClaim with the user's fsGroup: 2775, the group's",
    given: async (world) => ({
      groups: [10001],
      mounts: [at(await world.volume(0o2775, 0, 10001))],
    }),
  },
  {
    name: "a tmpfs, of which each container has its own",
    second: "nothing",
    given: () => ({ mounts: [{ at: CACHE, tmpfs: ["mode=1777", "size=64m"] }] }),
  },
  {
    name: "a volume without the right to execute, for an app without extension modules",
    given: async (world) => ({ mounts: [at(await world.volume(), "noexec", "nosuid", "nodev")] }),
  },
  {
    name: "a writable root, without any volume",
    given: async (world) => ({ image: await world.another(), writable: true }),
  },
];

const USERS: readonly Scenario[] = [
  {
    name: "a user without passwd entry, home and group",
    given: async (world) => ({
      ...{ user: "4242:4243", without: ["HOME"], mounts: [at(await world.volume())] },
    }),
    // "/" is what runtimes set where nothing says where it is.
    expect: ({ uid, gid, home }) => assertEquals([uid, gid, home], [4242, 4243, "/"]),
  },
  {
    name: "a user of group 0, as OpenShift gives one",
    given: async (world) => ({ user: "1000680000:0", mounts: [at(await world.volume(0o775))] }),
    expect: ({ uid, gid }) => assertEquals([uid, gid], [1000680000, 0]),
  },
  {
    name: "a HOME that is not there and no cache named: a private directory in its own /tmp",
    second: "nothing",
    given: () => ({
      ...{ user: "4242:4242", without: ["EDGEBOOT_CACHE"], env: { HOME: "/nonexistent" } },
      mounts: [{ at: "/tmp", tmpfs: ["mode=1777"] }],
    }),
    expect: ({ tree }) => assertMatch(tree, /^\/tmp\/edgeboot-4242\//),
  },
  {
    name: "root without capabilities",
    given: async (world) => ({ user: "0:0", mounts: [at(await world.volume(0o755))] }),
    expect: ({ uid }) => assertEquals(uid, 0),
  },
];

const TEMPORARIES: readonly Scenario[] = [
  {
    name: "no /tmp at all",
    given: async (world) => ({
      image: await withoutTmp(world),
      mounts: [at(await world.volume())],
    }),
    expect: (_, { image }) => assertEquals(exists(`${image!.root}/tmp`), false),
  },
  {
    name: "a /tmp that nothing may be executed from",
    given: async (world) => ({
      mounts: [{ at: "/tmp", tmpfs: ["mode=1777", "noexec"] }, at(await world.volume())],
    }),
  },
  {
    name: "a /tmp that cannot be written, as the root",
    given: async (world) => ({
      image: { ...world.image },
      mounts: [at(await world.volume())],
    }),
    expect: (_, { image }) => assertEquals([...Deno.readDirSync(`${image!.root}/tmp`)], []),
  },
];

/** The runtime's code cache would lie there under a name that others can guess; it is not made. */
const NOTHING_LEFT: Scenario = {
  name: "a /tmp of its own, in which nothing is left",
  given: async (world) => ({
    mounts: [{ at: "/tmp", from: await world.volume() }, at(await world.volume())],
  }),
  expect: (_, { mounts }) => {
    const [temporary] = mounts as readonly { readonly from: string }[];
    assertEquals([...Deno.readDirSync(temporary!.from)], []);
  },
};

const READ_ONLY: readonly Scenario[] = [
  {
    name: "a volume that was filled before and is mounted read-only",
    first: "cached",
    given: async (world) => {
      const volume = await world.volume();
      const filled = await world.run(["probe"], { mounts: [at(volume)] });
      assertEquals(filled.code, 7, filled.stderr);
      return { env: { EDGEBOOT_OFFLINE: "yes" }, mounts: [at(volume, "ro")] };
    },
  },
  {
    name: "a tree baked into the image by root, for any user",
    first: "cached",
    given: async (world) => ({
      ...{ image: await baked(world), user: "4242:4242", env: { EDGEBOOT_OFFLINE: "yes" } },
      mounts: [TEMPORARY],
    }),
  },
  {
    name: "a registry that is gone, with a tree in the image",
    first: "cached",
    says: /the last release that started here/,
    given: async (world) => ({
      image: await baked(world, "RUN rm -rf /bundles"),
      mounts: [TEMPORARY],
    }),
  },
];

const WAYS: readonly Scenario[] = [
  {
    name: "EDGEBOOT_APP in the environment",
    given: async (world) => ({
      args: ARGS,
      env: { EDGEBOOT_APP: "probe@stable" },
      mounts: [at(await world.volume())],
    }),
    expect: ({ args }) => assertEquals(args, ARGS),
  },
  {
    name: "a link to edgeboot as ENTRYPOINT",
    given: async (world) => ({
      args: ARGS,
      image: await linked(world),
      mounts: [TEMPORARY, at(await world.volume())],
    }),
    expect: ({ args }) => assertEquals(args, ARGS),
  },
  {
    name: "an image of one app, as `init docker APP` describes it",
    given: async (world) => ({
      args: ARGS,
      image: await own(world),
      mounts: [TEMPORARY, at(await world.volume())],
    }),
    expect: ({ args }) => assertEquals(args, ARGS),
  },
];

export const SCENARIOS = [
  ...VOLUMES,
  ...USERS,
  ...TEMPORARIES,
  NOTHING_LEFT,
  ...READ_ONLY,
  ...WAYS,
];

/** The image without a /tmp, as one from scratch may be. */
async function withoutTmp(world: World): Promise<Image> {
  const image = await world.another();
  await Deno.remove(`${image.root}/tmp`);
  return image;
}

async function baked(world: World, then = ""): Promise<Image> {
  return await world.derived(
    `baked${then === "" ? "" : "-alone"}`,
    `COPY registry /bundles
ENV EDGEBOOT_REGISTRY=/bundles
# Root's trees are everybody's; those of another user would be refused.
USER 0
RUN ["/usr/local/bin/edgeboot", "fetch", "probe"]
${then}
USER 10001:10001`,
  );
}

async function linked(world: World): Promise<Image> {
  return await world.derived(
    "linked",
    `USER 0
RUN ln -s edgeboot /usr/local/bin/probe
USER 10001:10001
ENTRYPOINT ["/usr/local/bin/probe"]`,
  );
}

async function own(world: World): Promise<Image> {
  const image = "localhost/edgeboot-own:latest";
  await world.builder.build(image, await dockerfile("probe"));
  return await world.builder.mount(image);
}
