import { type Format, pack } from "./archives.ts";
import { exists, kept } from "./kept.ts";
import { pip, PYTHON } from "./python.ts";
import { sha256 } from "./sandbox.ts";

/** A web framework, its server, and two native extensions. Pinned: what is cached stays the same. */
export const REQUIREMENTS = [
  ...["numpy==2.2.6", "pydantic==2.11.7", "fastapi==0.115.14", "uvicorn==0.35.0"],
];

/** Imports every requirement, asks the web app in-process and says what it found. */
export const WEB_APP = {
  "shop/__init__.py": "",
  "shop/asgi.py": `
import os, sys
import numpy, pydantic
from fastapi import FastAPI

class Order(pydantic.BaseModel):
    prices: list[float]

app = FastAPI()

@app.post("/total")
def total(order: Order):
    return {"total": float(numpy.array(order.prices).sum()), "pid": os.getpid(),
        "path": sys.path, "argv": sys.argv, "numpy": numpy.__file__}
`,
  "shop/check.py": `
import asyncio, json, sys
from shop.asgi import app

async def ask(body):
    sent = []
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}
    async def send(message):
        sent.append(message)
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "path": "/total", "raw_path": b"/total", "query_string": b"", "root_path": "",
        "scheme": "http", "server": ("x", 80), "client": ("x", 1),
        "headers": [(b"content-type", b"application/json")]}
    await app(scope, receive, send)
    return b"".join(message.get("body", b"") for message in sent)

def main():
    answer = json.loads(asyncio.run(ask(json.dumps({"prices": [1.5, 2.25, 4]}).encode())))
    print(json.dumps({"total": answer["total"], "args": sys.argv[1:], "flags": sys.flags.safe_path
        if hasattr(sys.flags, "safe_path") else None}))
`,
};

/** What is made of the above for the interpreter of the tests is kept under names with this. */
export const NAME = `${PYTHON.tag}-${
  (await sha256(JSON.stringify([REQUIREMENTS, WEB_APP]))).slice(0, 8)
}`;

/** The wheels, installed; or why they cannot be had. */
export const wheels: { path: string } | { missing: string } = await install();

export const needsWheels = "missing" in wheels ? wheels.missing : undefined;

async function install(): Promise<{ path: string } | { missing: string }> {
  try {
    const path = await kept(`wheels-${NAME}`, async (target) => {
      await pip("install", "--only-binary", ":all:", "--target", target, ...REQUIREMENTS);
    });
    return { path };
  } catch (error) {
    return { missing: `wheels cannot be installed from PyPI: ${(error as Error).message}` };
  }
}

export function wheelsPath(): string {
  if ("missing" in wheels) throw new Error(wheels.missing);
  return wheels.path;
}

/** The wheels as one archive: a deps layer. */
export async function depsLayer(format: Format): Promise<string> {
  return await kept(`deps-${NAME}.${format}`, async (target) => {
    await pack(wheelsPath(), target, format);
  });
}

/** The app and its wheels in one directory, as `pip install --target` and a copy make it. */
export async function bundleDirectory(): Promise<string> {
  return await kept(`bundle-${NAME}`, async (target) => {
    await Deno.mkdir(target, { recursive: true });
    await copyTree(wheelsPath(), target);
    await writeApp(target);
  });
}

export async function writeApp(directory: string): Promise<void> {
  for (const [name, text] of Object.entries(WEB_APP)) {
    const path = `${directory}/${name}`;
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (!exists(parent)) await Deno.mkdir(parent, { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}

export async function copyTree(from: string, to: string): Promise<void> {
  const { success } = await new Deno.Command("cp", { args: ["-a", `${from}/.`, to] }).output();
  if (!success) throw new Error(`cannot copy ${from}`);
}
