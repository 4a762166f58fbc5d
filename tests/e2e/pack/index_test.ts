import { assert, assertEquals, assertMatch } from "@std/assert";
import { e2e } from "../support/e2e.ts";
import { needsLockers } from "../support/package_index.ts";
import { sha256Of } from "../support/sandbox.ts";
import { deadUrl } from "../support/server.ts";
import { pyproject, Shop } from "../support/shop.ts";

const USER = "reader:s3cr3t-w0rd";
const SECRET = /s3cr3t/;

async function locked(shop: Shop, dependencies = ["greet", "fast"]): Promise<void> {
  await shop.write("pyproject.toml", pyproject(dependencies));
  await shop.lock("uv", "lock", "--quiet");
}

/** Each file below a directory, as text. */
async function* textsBelow(directory: string): AsyncGenerator<[path: string, text: string]> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) yield* textsBelow(path);
    else if (isFile) yield [path, new TextDecoder("latin1").decode(await Deno.readFile(path))];
  }
}

e2e("edgeboot pack fetches each wheel once, and none with --offline", needsLockers, async () => {
  await using shop = await Shop.open();
  await locked(shop);
  const offline = await shop.pack(["--lock", "uv.lock", "--offline"]);
  assertEquals(offline.code, 69, offline.stderr);
  assertMatch(offline.stderr, /fast-2\.0.*\.whl of fast 2\.0 is not here/);
  shop.index.forget();
  assertEquals((await shop.pack(["--lock", "uv.lock"])).code, 0);
  assertEquals(shop.index.fetched.length, 3);
  shop.index.forget();
  assertEquals((await shop.pack(["--lock", "uv.lock"])).code, 0);
  assertEquals((await shop.pack(["--lock", "uv.lock", "--offline"])).code, 0);
  assertEquals(shop.index.fetched, []);
});

e2e(
  "edgeboot pack takes files of a lock from a directory that has them",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    await locked(shop);
    await Deno.mkdir(shop.sandbox.path("wheels"));
    const greet = "greet-1.0-py3-none-any.whl";
    await Deno.copyFile(`${shop.index.directory}/${greet}`, shop.sandbox.path("wheels", greet));
    // Of the right name alone, it is not taken.
    await shop.write("wheels/words-1.0-py3-none-any.whl", "other bytes");
    shop.index.forget();
    const { code, stderr } = await shop.pack(["--lock", "uv.lock", "--wheels", "wheels"]);
    assertEquals(code, 0, stderr);
    assertEquals(shop.index.fetched.map((file) => file.split("-")[0]).sort(), ["fast", "words"]);
  },
);

e2e(
  "edgeboot pack fetches what it has kept once more where it was damaged",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    await locked(shop, ["words"]);
    assertEquals((await shop.pack(["--lock", "uv.lock", "--no-check"])).code, 0);
    const hash = shop.index.hash("words-1.0-py3-none-any.whl");
    const path = `${shop.sandbox.cache}/v1/packing/files/${hash}`;
    await Deno.writeTextFile(path, "damaged");
    shop.index.forget();
    assertEquals((await shop.pack(["--lock", "uv.lock", "--no-check"])).code, 0);
    assertEquals(shop.index.fetched, ["words-1.0-py3-none-any.whl"]);
    assertEquals(await sha256Of(path), hash);
  },
);

e2e("edgeboot pack refuses a file that is not the one that was locked", needsLockers, async () => {
  await using shop = await Shop.open();
  await locked(shop, ["words"]);
  const file = `${shop.index.directory}/words-1.0-py3-none-any.whl`;
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 30]! ^= 1;
  await Deno.writeFile(file, bytes);
  const { code, stderr } = await shop.pack(["--lock", "uv.lock"]);
  assertEquals(code, 65, stderr);
  assertMatch(stderr, /words-1\.0-py3-none-any\.whl of words 1\.0 is not what was locked/);
});

e2e(
  "edgeboot pack names package and address where the index does not answer",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    await locked(shop, ["words"]);
    const lock = await Deno.readTextFile(shop.sandbox.path("uv.lock"));
    const dead = deadUrl().replace("://", `://${USER}@`);
    await shop.write("uv.lock", lock.replaceAll(shop.index.origin, dead));
    const { code, stderr } = await shop.pack(["--lock", "uv.lock"]);
    assertEquals(code, 69, stderr);
    assertMatch(stderr, /cannot fetch words-1\.0-py3-none-any\.whl of words 1\.0/);
    assertMatch(stderr, /http:\/\/127\.0\.0\.1:\d+\/words-1\.0/);
    assert(!SECRET.test(stderr), stderr);
  },
);

e2e(
  "edgeboot pack uses credentials of a private index and leaves them nowhere",
  needsLockers,
  async () => {
    await using shop = await Shop.open();
    await locked(shop);
    shop.index.credentials = USER;
    const { secretUrl, url, origin } = shop.index;
    const refused = await shop.pack(["--lock", "uv.lock"]);
    assertEquals(refused.code, 77, refused.stderr);
    assertMatch(refused.stderr, /fast 2\.0[^]*answered 401[^]*netrc/);
    const [user, password] = USER.split(":");
    await shop.write("home/.netrc", `machine 127.0.0.1 login ${user} password ${password}\n`);
    await shop.write("named.txt", `--index-url ${secretUrl}\ngreet\n`);
    await shop.write("plain.txt", "greet\n");
    const lock = await Deno.readTextFile(shop.sandbox.path("uv.lock"));
    await shop.write(
      "secret/uv.lock",
      lock.replaceAll(origin, origin.replace("://", `://${USER}@`)),
    );
    const env = { PIP_INDEX_URL: "", UV_DEFAULT_INDEX: "" };
    const ways: [string, string[], Record<string, string>][] = [
      ["netrc", ["--lock", "uv.lock"], {}],
      ["variable of pip", ["--lock", "uv.lock"], {
        ...env,
        PIP_INDEX_URL: secretUrl,
        HOME: "/nowhere",
      }],
      ["flag", ["--lock", "uv.lock", "--index-url", secretUrl], { HOME: "/nowhere" }],
      ["lock itself", ["--lock", "secret/uv.lock"], { HOME: "/nowhere" }],
      ["requirements file", ["--requirements", "named.txt"], { ...env, HOME: "/nowhere" }],
      ["flag for uv", ["--requirements", "plain.txt", "--index-url", secretUrl], {
        HOME: "/nowhere",
      }],
    ];
    for (const [name, args, own] of ways) {
      const cache = shop.sandbox.path("caches", name.replaceAll(" ", "-"));
      const { code, stdout, stderr } = await shop.pack([...args, "-v"], { env: own, cache });
      assertEquals(code, 0, `${name}: ${stderr}`);
      assert(!SECRET.test(stdout + stderr), `${name}: ${stderr}`);
      for (const place of [shop.sandbox.registry, cache]) {
        for await (const [path, text] of textsBelow(place)) {
          assert(
            !SECRET.test(text),
            `${name}: ${path}`,
          );
        }
      }
    }
    assert(url.startsWith(origin));
  },
);
