import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../../src/transport/s3/profiles.ts";
import { readS3Settings, type S3Settings } from "../../../src/transport/s3/settings.ts";
import { FakeFs } from "../../support/fake_fs.ts";

const FILES = {
  "/home/ci/.aws/config": `# of the company
[default]
region = eu-west-1
[profile prod]
region=eu-central-1
endpoint_url = https://s3.example.com/
s3 =
  addressing_style = path
`,
  "/home/ci/.aws/credentials": `[default]
aws_access_key_id = ID1
aws_secret_access_key = a+b/c=
[prod]
aws_access_key_id=ID2
aws_secret_access_key=SECRET2
aws_session_token=TOKEN2
[half]
aws_access_key_id=ID3
`,
};

function settings(variables: Record<string, string>): S3Settings {
  const all: Record<string, string> = { HOME: "/home/ci", ...variables };
  return readS3Settings({ env: { get: (name) => all[name] }, fs: new FakeFs(FILES) });
}

const FIRST = { accessKeyId: "ID1", secretAccessKey: "a+b/c=", sessionToken: undefined };
const SECOND = { accessKeyId: "ID2", secretAccessKey: "SECRET2", sessionToken: "TOKEN2" };
const OWN = { accessKeyId: "ID", secretAccessKey: "S", sessionToken: undefined };
const KEYS = { AWS_ACCESS_KEY_ID: "ID", AWS_SECRET_ACCESS_KEY: "S" };

const CASES: [name: string, variables: Record<string, string>, settings: S3Settings][] = [
  ["the default profile", {}, { region: "eu-west-1", endpoint: undefined, credentials: FIRST }],
  [
    "the profile that is named",
    { AWS_PROFILE: "prod" },
    { region: "eu-central-1", endpoint: "https://s3.example.com", credentials: SECOND },
  ],
  [
    "variables before profiles",
    { ...KEYS, AWS_PROFILE: "prod", AWS_REGION: "r", AWS_ENDPOINT_URL: "http://h:1/" },
    { region: "r", endpoint: "http://h:1", credentials: OWN },
  ],
  [
    "the variable of S3 before that of all services",
    { AWS_ENDPOINT_URL: "http://all", AWS_ENDPOINT_URL_S3: "http://s3" },
    { region: "eu-west-1", endpoint: "http://s3", credentials: FIRST },
  ],
  [
    "no half of a key",
    { AWS_PROFILE: "half", AWS_SECRET_ACCESS_KEY: "S" },
    { region: "us-east-1", endpoint: undefined, credentials: undefined },
  ],
  [
    "other places of the files, and nothing where they are not",
    { AWS_CONFIG_FILE: "/none", AWS_SHARED_CREDENTIALS_FILE: "/none", AWS_DEFAULT_REGION: "d" },
    { region: "d", endpoint: undefined, credentials: undefined },
  ],
];

for (const [name, variables, expected] of CASES) {
  Deno.test(`readS3Settings takes ${name}`, () => {
    assertEquals(settings(variables), expected);
  });
}

Deno.test("parseProfiles leaves out comments and what is nested", () => {
  const profile = parseProfiles(FILES["/home/ci/.aws/config"]).get("profile prod")!;
  assertEquals([...profile.keys()], ["region", "endpoint_url", "s3"]);
  assertEquals(parseProfiles("").size, 0);
});
