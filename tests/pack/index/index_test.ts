import { assertEquals } from "@std/assert";
import { indexAddress, publicUrl, withoutCredentials } from "../../../src/pack/index/address.ts";
import { parseNetrc } from "../../../src/pack/index/netrc.ts";
import { parsePipConf } from "../../../src/pack/index/pip_conf.ts";
import { parseSimplePage } from "../../../src/pack/index/simple_page.ts";

const HEX = "ab".repeat(32);

Deno.test("parseSimplePage reads the files of an HTML page and of a JSON one alike", () => {
  const from = "https://index.example/simple/a/";
  const expected = [
    {
      name: "a-1-py3-none-any.whl",
      url: "https://index.example/f/a-1-py3-none-any.whl",
      sha256: HEX,
      size: undefined,
    },
    {
      name: "a&b.tar.gz",
      url: "https://other.example/a%26b.tar.gz?x=1&y=2",
      sha256: undefined,
      size: undefined,
    },
  ];
  const html = `<!DOCTYPE html><html><body><h1>a</h1>
    <a href="../../f/a-1-py3-none-any.whl#sha256=${HEX}" data-requires-python="&gt;=3.8">a-1-py3-none-any.whl</a><br>
    <A class='x' HREF='https://other.example/a%26b.tar.gz?x=1&amp;y=2#md5=00'>a&#38;b.tar.gz</A></body></html>`;
  assertEquals(parseSimplePage(html, from), expected);
  const json = JSON.stringify({
    meta: { "api-version": "1.0" },
    files: [
      {
        filename: "a-1-py3-none-any.whl",
        url: "../../f/a-1-py3-none-any.whl",
        hashes: { sha256: HEX },
        size: 7,
      },
      {
        filename: "a&b.tar.gz",
        url: "https://other.example/a%26b.tar.gz?x=1&y=2",
        hashes: { md5: "00" },
      },
    ],
  });
  assertEquals(parseSimplePage(json, from), [{ ...expected[0]!, size: 7 }, expected[1]!]);
});

Deno.test("parseSimplePage follows the base of a page, and takes no other text for one", () => {
  const html = '<html><head><base href="https://files.example/x/"></head><a href="a.whl">a.whl</a>';
  const [file] = parseSimplePage(html, "https://index.example/simple/a/")!;
  assertEquals(file!.url, "https://files.example/x/a.whl");
  for (const text of ["not found", '{"a": 1}', "{"]) {
    assertEquals(parseSimplePage(text, "https://index.example/"), undefined);
  }
});

Deno.test("parseNetrc finds login and password of each host", () => {
  const text = [
    "# comment",
    "machine one login a password #b",
    'machine two\n  user "c d"\n  password "e\\"f"',
    "macdef init",
    "machine trap login x password y",
    "",
    "machine one login later password z",
    "default login anonymous password none",
  ].join("\n");
  assertEquals([...parseNetrc(text)], [
    ["one", { username: "a", password: "#b" }],
    ["two", { username: "c d", password: 'e"f' }],
    ["", { username: "anonymous", password: "none" }],
  ]);
});

Deno.test("parsePipConf reads the indexes, of the command before the global ones", () => {
  const text =
    "[global]\nindex-url = https://a.example/simple\nextra-index-url =\n    https://b.example/s\n" +
    "    https://c.example/s\n; x\n[install]\nindex_url: https://d.example/simple\n";
  assertEquals(parsePipConf(text), {
    index: "https://d.example/simple",
    extra: ["https://b.example/s", "https://c.example/s"],
  });
  assertEquals(parsePipConf(""), { index: undefined, extra: [] });
});

Deno.test("indexAddress parts an address from its credentials, and publicUrl gives no secret away", () => {
  assertEquals(indexAddress("https://u%40x:p%2Fw@host.example/simple/#x"), {
    url: "https://host.example/simple/",
    credentials: { username: "u@x", password: "p/w" },
  });
  assertEquals(indexAddress("git+ssh://host.example/x"), undefined);
  assertEquals(
    publicUrl("https://token@host.example/a.whl#sha256=0"),
    "https://host.example/a.whl",
  );
  assertEquals(publicUrl("https://host.example/a.whl?signature=x"), undefined);
  assertEquals(publicUrl("file:///a.whl"), undefined);
  assertEquals(
    withoutCredentials(
      'failed: https://u:p@host.example/a and "http://t@b.example", mail a@b.example',
    ),
    'failed: https://host.example/a and "http://b.example", mail a@b.example',
  );
  assertEquals(
    withoutCredentials(
      "fetch `a @ https://host.example/a.whl?sig=s&x=1`: url (http://b.example/?t=s) is it?",
    ),
    "fetch `a @ https://host.example/a.whl?…`: url (http://b.example/?…) is it?",
  );
});
