import { assertEquals } from "@std/assert";
import { parseLocation } from "../../../src/model/location.ts";
import { placeOf } from "../../../src/transport/s3/address.ts";
import { assertRefused } from "../../support/refusal.ts";

const [AWS, OTHER] = [undefined, "http://127.0.0.1:9000"];
const CASES: [location: string, endpoint: string | undefined, address: string, prefix: string][] = [
  ["s3://b-1/x/y", AWS, "https://b-1.s3.eu-west-1.amazonaws.com/x/y", "x/y/"],
  ["s3://b-1", AWS, "https://b-1.s3.eu-west-1.amazonaws.com", ""],
  ["s3://b.1/x", AWS, "https://s3.eu-west-1.amazonaws.com/b.1/x", "x/"],
  ["s3://b-1/x", OTHER, "http://127.0.0.1:9000/b-1/x", "x/"],
  ["s3://b-1", OTHER, "http://127.0.0.1:9000/b-1", ""],
  ["s3://b-1/a b+c", OTHER, "http://127.0.0.1:9000/b-1/a%20b%2Bc", "a b+c/"],
];

for (const [text, endpoint, address, prefix] of CASES) {
  Deno.test(`placeOf finds ${text} at ${endpoint ?? "AWS"}`, () => {
    const { location } = parseLocation(text, "registry");
    const place = placeOf(location, { endpoint, region: "eu-west-1" });
    assertEquals([place.address as string, place.prefix], [address, prefix]);
  });
}

Deno.test("placeOf refuses an endpoint that is none", async () => {
  const place = () => placeOf("s3://b-1", { endpoint: "127.0.0.1:9000", region: "r" });
  await assertRefused(place, "CONFIG_INVALID", 78);
});
