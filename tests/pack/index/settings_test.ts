import { assertEquals } from "@std/assert";
import { credentialsFor, indexSettings, uvEnvironment } from "../../../src/pack/index/settings.ts";

const NONE = { get: () => undefined };
const env = (values: Record<string, string>) => ({ get: (name: string) => values[name] });
const urls = ({ indexes }: { indexes: readonly { url: string }[] }) =>
  indexes.map(({ url }) => url);

Deno.test("indexSettings takes the flag before variables, uv's before pip's, and those before pip.conf", () => {
  const confs = [
    { index: "https://etc.example/", extra: ["https://extra.example/"] },
    { index: "https://home.example/", extra: [] },
  ];
  const variables = {
    PIP_INDEX_URL: "https://pip.example/",
    UV_INDEX_URL: "https://old.example/",
    UV_DEFAULT_INDEX: "https://uv.example/",
  };
  const of = (flag: string | undefined, values: Record<string, string>) =>
    urls(indexSettings(flag, env(values), confs, [], new Map()));
  assertEquals(of("https://flag.example/", variables), [
    "https://flag.example/",
    "https://extra.example/",
  ]);
  assertEquals(of(undefined, variables)[0], "https://uv.example/");
  assertEquals(of(undefined, { ...variables, UV_DEFAULT_INDEX: "" })[0], "https://old.example/");
  assertEquals(
    of(undefined, { PIP_INDEX_URL: variables.PIP_INDEX_URL })[0],
    "https://pip.example/",
  );
  assertEquals(of(undefined, {})[0], "https://home.example/");
});

Deno.test("uvEnvironment tells uv of pip's indexes where it has none of its own", () => {
  const confs = [{ index: "https://conf.example/", extra: ["https://more.example/"] }];
  const pip = {
    PIP_INDEX_URL: "https://u:p@pip.example/",
    PIP_EXTRA_INDEX_URL: " https://a.example/\nhttps://b.example/ ",
  };
  const of = (flag: string | undefined, values: Record<string, string>, pipConfs = confs) =>
    uvEnvironment(flag, env(values), pipConfs);
  assertEquals(of(undefined, {}, []), {});
  assertEquals(of(undefined, pip, []), {
    UV_DEFAULT_INDEX: "https://u:p@pip.example/",
    UV_INDEX: "https://a.example/ https://b.example/",
  });
  assertEquals(of(undefined, {}), {
    UV_DEFAULT_INDEX: "https://conf.example/",
    UV_INDEX: "https://more.example/",
  });
  for (const own of ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"]) {
    assertEquals(of(undefined, { ...pip, [own]: "https://uv.example/" }), {});
  }
  assertEquals(of("https://flag.example/", { UV_INDEX: "https://uv.example/" }), {
    UV_DEFAULT_INDEX: "https://flag.example/",
  });
});

Deno.test("indexSettings knows whether the tools' own index is replaced", () => {
  const extra = env({ UV_INDEX: "company=https://c.example/ https://d.example/" });
  const settings = indexSettings(undefined, extra, [], [], new Map());
  assertEquals([settings.isReplaced, urls(settings)], [false, [
    "https://c.example/",
    "https://d.example/",
  ]]);
  assertEquals(indexSettings("https://a.example/", NONE, [], [], new Map()).isReplaced, true);
});

Deno.test("credentialsFor finds who we are where an index says, else in netrc", () => {
  const values = env({
    PIP_INDEX_URL: "https://u:p@one.example/simple/",
    UV_INDEX_OUR_COMPANY_USERNAME: "named",
    UV_INDEX_OUR_COMPANY_PASSWORD: "secret",
    POETRY_HTTP_BASIC_OLD_PASSWORD: "token",
  });
  const named = [
    { name: "our-company", url: "https://two.example/simple" },
    { name: "old", url: "https://three.example/" },
    { name: "free", url: "https://four.example/" },
  ];
  const netrc = new Map([["four.example", { username: "n", password: "r" }]]);
  const others = ["https://x:y@five.example/simple/"];
  const settings = indexSettings(undefined, values, [], named, netrc, others);
  const at = (url: string) => {
    const found = credentialsFor(url, settings);
    return found && `${found.username}:${found.password}`;
  };
  assertEquals(at("https://one.example/files/a.whl"), "u:p");
  assertEquals(at("http://one.example/files/a.whl"), undefined, "another origin");
  assertEquals(at("https://two.example/a.whl"), "named:secret");
  assertEquals(at("https://three.example/a.whl"), ":token");
  assertEquals(at("https://four.example/a.whl"), "n:r");
  assertEquals(at("https://five.example/a.whl"), "x:y");
  assertEquals(at("https://six.example/a.whl"), undefined);
});
