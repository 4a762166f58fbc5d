import { assertEquals } from "@std/assert";
import { serveRegistry } from "../../../scripts/demo/static_server.ts";

Deno.test("serveRegistry answers 200 with an ETag, 304 for it, and 404 for all else", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/apps/a`, { recursive: true });
  await Deno.writeTextFile(`${root}/apps/a/stable.json`, "{}");
  await Deno.writeTextFile(`${root}/secret`, "no");
  const server = serveRegistry(root);
  try {
    const get = (path: string, headers = {}) => fetch(`${server.origin}${path}`, { headers });
    const first = await get("/apps/a/stable.json");
    assertEquals([first.status, await first.text()], [200, "{}"]);
    const etag = first.headers.get("etag")!;
    const again = await get("/apps/a/stable.json", { "if-none-match": etag });
    assertEquals([again.status, await again.text()], [304, ""]);
    for (
      const path of ["/secret", "/apps/../secret", "/apps/a/%2e%2e/%2e%2e/secret", "/apps/b/c.json"]
    ) {
      const response = await get(path);
      assertEquals([path, response.status], [path, 404]);
      await response.body?.cancel();
    }
    assertEquals(server.requests().slice(0, 2), [
      "GET /apps/a/stable.json 200",
      "GET /apps/a/stable.json 304",
    ]);
    assertEquals(server.requests(), []);
  } finally {
    await server.stop();
    await Deno.remove(root, { recursive: true });
  }
});
