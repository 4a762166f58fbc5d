import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EdgebootError } from "../../src/model/errors.ts";
import {
  below,
  display,
  displayTyped,
  displayValue,
  identity,
  localPath,
  type Location,
  parseLocation,
  resolveLocation,
  typedHere,
} from "../../src/model/location.ts";
import { assertRefused } from "../support/refusal.ts";

const GOOD: [text: string, location: string][] = [
  ["/srv/registry", "file:///srv/registry"],
  ["/srv/a b/ä#?%", "file:///srv/a%20b/%C3%A4%23%3F%25"],
  ["/", "file:///"],
  ["file:///srv/registry", "file:///srv/registry"],
  ["FILE:///srv", "file:///srv"],
  ["file://localhost/srv", "file:///srv"],
  ["https://host/r", "https://host/r"],
  ["HTTPS://Host:443/r", "https://host/r"],
  ["http://host:8080", "http://host:8080/"],
  ["s3://bucket/some/prefix/", "s3://bucket/some/prefix"],
  ["S3://my.bucket", "s3://my.bucket"],
  ["https://host/r?sig=1#x", "https://host/r?sig=1"],
];

for (const [text, location] of GOOD) {
  Deno.test(`parseLocation reads ${text}`, () => {
    assertEquals(parseLocation(text, "registry"), {
      location: location as Location,
      credentials: undefined,
    });
  });
}

Deno.test("parseLocation takes credentials out of the URL and decodes them", () => {
  const { location, credentials } = parseLocation("https://us%40er:p%C3%A4ss@host/r", "registry");
  assertEquals(location as string, "https://host/r");
  assertEquals(credentials, { username: "us@er", password: "päss" });
});

Deno.test("parseLocation resolves a relative path when a directory is given", () => {
  const { location } = parseLocation("a/b.zip", "bundle", "/work dir");
  assertEquals(localPath(location), "/work dir/a/b.zip");
});

const BAD: [text: string, code: "CONFIG_INVALID" | "REGISTRY_UNSUPPORTED"][] = [
  ["", "CONFIG_INVALID"],
  ["relative/path", "CONFIG_INVALID"],
  ["./x", "CONFIG_INVALID"],
  ["host.example/r", "CONFIG_INVALID"],
  ["ftp://host/r", "CONFIG_INVALID"],
  ["https://", "CONFIG_INVALID"],
  ["http://ho st/", "CONFIG_INVALID"],
  ["file://srv/registry", "CONFIG_INVALID"],
  ["file:///a%zz", "CONFIG_INVALID"],
  ["file:///a%ff", "CONFIG_INVALID"],
  ["https://u%zz:p@host/", "CONFIG_INVALID"],
  ["/a\0b", "CONFIG_INVALID"],
  ["javascript://x", "CONFIG_INVALID"],
  ["s3://", "CONFIG_INVALID"],
  ["s3:///prefix", "CONFIG_INVALID"],
  ["s3://a", "CONFIG_INVALID"],
  ["s3://bucket/prefix?endpoint=http://h", "CONFIG_INVALID"],
  ["s3://bucket:9000/prefix", "CONFIG_INVALID"],
  ["s3://bucket/%ff", "CONFIG_INVALID"],
  ["oci://host/path", "REGISTRY_UNSUPPORTED"],
];

for (const [text, code] of BAD) {
  Deno.test(`parseLocation refuses ${JSON.stringify(text)}`, async () => {
    await assertRefused(() => parseLocation(text, "registry"), code, 78);
  });
}

/** Each holds the password CANARY; none may be shown, whatever becomes of it. */
const MISTYPED = [
  ...["http://user:CANARY/PASS@127.0.0.1:1/x", "user:CANARY@127.0.0.1/x", "CANARY@host/x"],
  ...["http:/user:CANARY@127.0.0.1/x", "http:\\\\user:CANARY@127.0.0.1\\x", "http:user:CANARY@h/x"],
  ...["http://user:80/CANARY@h/x", "http://user:/CANARY@h/x", "http://us/CANARY@h/x"],
  ...["http://user:CANARY#x@h/", "http://user:CANARY?x@h/", "http://user:80?CANARY@h/"],
  ...["http://user:CANARY@ho st/", "https://user:CA@CANARY@ho st/", "https://u%zz:CANARY@host/"],
  ...["ftp://user:CANARY@host", "ssh+x://CANARY@host", "file://u:CANARY@srv/x"],
  ...["//user:CANARY@host/x", " https://user:CANARY@host/x", '"https://user:CANARY@host/x"'],
  ...[
    "https//user:CANARY@host/x",
    "s3://KEY:CANARY@bucket",
    "s3://KEY:CAN/CANARY@b",
    "oci://u:CANARY@host/x",
  ],
  ...["https://h/x?sig=CANARY", "https://user:CANARY@h/x", "https://CANARY@h/", "http://h/#CANARY"],
];

for (const text of MISTYPED) {
  Deno.test(`no message has the password of ${JSON.stringify(text)}`, () => {
    for (const base of [undefined, "/work"]) {
      let told = displayTyped(text, base);
      try {
        const { location } = parseLocation(text, "registry", base);
        told += display(location) + identity(location);
      } catch (error) {
        if (!(error instanceof EdgebootError)) throw error;
        const { what, why, next } = error.text;
        told += `${what} ${why} ${next} ${JSON.stringify(error.facts)} ${error.cause}`;
      }
      assert(!told.includes("CANARY"), told);
    }
  });
}

Deno.test("parseLocation never throws anything but EdgebootError", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webUrl(),
    fc.string().map((s) => `file:///${s}`),
  );
  fc.assert(fc.property(text, (text) => {
    try {
      const { location } = parseLocation(text, "registry", "/base");
      display(below(location, "apps/x.json"));
    } catch (error) {
      if (!(error instanceof EdgebootError)) throw error;
    }
  }));
});

Deno.test("localPath gives back the path that parseLocation was given", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    // A path that begins with two slashes reads as a URL without its scheme, and is refused.
    if (text.startsWith("/") || /[\0\ud800-\udfff]/.test(text)) return;
    assertEquals(localPath(parseLocation(`/${text}`, "registry").location), `/${text}`);
  }));
});

const BELOW: [location: string, path: string, result: string][] = [
  ["file:///srv/r", "apps/a.json", "file:///srv/r/apps/a.json"],
  ["file:///srv/r//", "apps/a.json", "file:///srv/r/apps/a.json"],
  ["file:///", "apps/a.json", "file:///apps/a.json"],
  ["https://host/", "blobs/x", "https://host/blobs/x"],
  ["https://host/r?sig=a/b", "blobs/x", "https://host/r/blobs/x?sig=a/b"],
  ["https://host/r", "apps/a/1.0+x.json", "https://host/r/apps/a/1.0%2Bx.json"],
];

for (const [location, path, result] of BELOW) {
  Deno.test(`below joins ${location} and ${path}`, () => {
    assertEquals(below(location as Location, path) as string, result);
  });
}

const RESOLVE: [reference: string, against: string, result: string | undefined][] = [
  ["hello.zip", "https://h/apps/a/release.json", "https://h/apps/a/hello.zip"],
  ["/x.zip", "https://h/apps/a/release.json", "https://h/x.zip"],
  ["//other/x.zip", "https://h/apps/a/release.json", "https://other/x.zip"],
  ["https://u:p@other/x.zip", "https://h/r.json", "https://other/x.zip"],
  ["../../x.zip", "file:///r/apps/a/release.json", "file:///r/x.zip"],
  ["https://other/x.zip", "file:///r/apps/a/release.json", "https://other/x.zip"],
  ["file:///etc/passwd", "https://h/r.json", undefined],
  ["file:///etc/passwd", "file:///r/apps/a/release.json", "file:///etc/passwd"],
  ["ftp://other/x.zip", "https://h/r.json", undefined],
  ["http://", "https://h/r.json", undefined],
  ["a%zz.zip", "file:///r/apps/a/release.json", undefined],
];

for (const [reference, against, result] of RESOLVE) {
  Deno.test(`resolveLocation gives ${result} when ${reference} stands in ${against}`, () => {
    assertEquals(resolveLocation(reference, against as Location) as string | undefined, result);
  });
}

Deno.test("display shows a path for a file and hides the query of a URL", () => {
  assertEquals(display("file:///a%20b"), "/a b");
  assertEquals(display("https://h/x?X-Amz-Signature=abc"), "https://h/x?…");
});

const VALUES: [text: string, shown: string][] = [
  ["info", "info"],
  ["postgres://user:secret@db:5432/app?sslmode=on", "postgres://(secret)@db:5432/app?…"],
  ["https://h/x", "https://h/x"],
  ["postgres://user:a/b@c@db/app", "(not shown: it cannot be parsed)"],
  ["redis:secret@host", "redis:…"],
  ["ops@example.com", "ops@example.com"],
];

for (const [text, shown] of VALUES) {
  Deno.test(`displayValue shows ${text} as ${shown}`, () =>
    assertEquals(displayValue(text), shown));
}

Deno.test("identity is the same under another signature", () => {
  assertEquals(
    identity("https://h/r?sig=1" as Location),
    identity("https://h/r?sig=2" as Location),
  );
});

for (
  const [typed, meant] of [
    ["reg", "/home/me/reg"],
    ["./a b%/../reg", "/home/me/reg"],
    ["../you", "/home/you"],
    [".", "/home/me"],
    ["/reg", "/reg"],
    ["https://host/reg", "https://host/reg"],
    ["registry.example.com/apps", "registry.example.com/apps"],
    ["me:secret@host/apps", "me:secret@host/apps"],
    ["https//me:secret@host", "https//me:secret@host"],
  ] as const
) {
  Deno.test(`typedHere makes ${meant} of ${typed} when it is typed in /home/me`, () => {
    assertEquals(typedHere(typed, () => "/home/me"), meant);
  });
}
