/** Programs that run to their end: what they print through edgeboot is what they print in a venv. */
import { assertEquals } from "@std/assert";
import { missingOf, TwoWays, type Wheels, wheelsOf } from "../support/apps.ts";
import { e2e } from "../support/e2e.ts";

interface Program {
  readonly name: string;
  readonly wheels: Wheels;
  readonly text: string;
  /** Where the program lists what is installed: a virtual environment hides the base image's packages. */
  readonly isolation?: "hermetic";
}

const setuptools = "setuptools==84.2.1";

const PROGRAMS: readonly Program[] = [{
  name: "numpy, scipy and pandas with the libraries that their wheels carry",
  wheels: await wheelsOf("sci", "numpy==2.4.6", "scipy==1.17.1", "pandas==3.1.1"),
  text: `
import numpy, scipy.linalg, scipy.stats, pandas
rng = numpy.random.default_rng(7)
m = rng.normal(size=(50, 50))
print(numpy.linalg.det(m), scipy.linalg.expm(m / 50).sum(), scipy.stats.norm.cdf(1.5))
print(pandas.DataFrame({"k": list("abab"), "v": [1, 2, 3, 4]}).groupby("k").v.sum().to_dict())
with open("/proc/self/maps") as maps:
    libs = {line.split()[-1] for line in maps if ".libs/" in line}
print(*sorted(libs), sep="\\n")
`,
}, {
  name: "psycopg with its own libpq, and Pillow",
  wheels: await wheelsOf("db", "psycopg[binary]==3.3.9", "pillow==13.0.0"),
  text: `
import hashlib, io, psycopg, psycopg.pq
from PIL import Image, ImageDraw, features
print(psycopg.__version__, psycopg.pq.__impl__, psycopg.pq.version())
try:
    psycopg.connect("host=/nonexistent dbname=x")
except psycopg.OperationalError as error:
    print(str(error).splitlines()[0])
image = Image.new("RGB", (64, 64), "white")
ImageDraw.Draw(image).ellipse((8, 8, 56, 56), fill="navy")
for form in ("PNG", "JPEG", "WEBP"):
    data = io.BytesIO()
    image.save(data, form)
    print(form, hashlib.sha256(data.getvalue()).hexdigest())
print([(name, features.version(name)) for name in ("zlib", "jpg", "webp", "freetype2")])
`,
}, {
  name: "cryptography (abi3) and pydantic-core (one exact ABI)",
  wheels: await wheelsOf("crypto", "cryptography==50.0.2", "pydantic==2.14.3"),
  text: `
import datetime, pydantic, pydantic_core._pydantic_core as core
from cryptography.hazmat.bindings import _rust
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
print(_rust.__file__, core.__file__)
key = Scrypt(salt=b"s" * 16, length=32, n=2**10, r=8, p=1).derive(b"pw")
print(AESGCM(key).encrypt(b"n" * 12, b"text", b"more").hex(), _rust.openssl.openssl_version_text())
class Order(pydantic.BaseModel):
    at: datetime.datetime
    prices: list[float]
print(Order.model_validate_json('{"at": "2026-01-02T03:04:05Z", "prices": ["1.5", 2]}'))
`,
}, {
  name: "multiprocessing with spawn and forkserver, and a process pool",
  wheels: await wheelsOf("pool", "numpy==2.4.6"),
  text: `
import concurrent.futures, multiprocessing, os, sys
import numpy
def square(n):
    return int(numpy.square(n)), [p for p in sys.path if p.endswith("-packages")][:1], __name__
if __name__ == "__main__":
    for method in ("spawn", "forkserver", "fork"):
        context = multiprocessing.get_context(method)
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            print(method, sorted(str(found) for found in pool.map(square, range(4))))
`,
}, {
  name: "a .pth file with code: setuptools' distutils-precedence.pth",
  wheels: await wheelsOf("setuptools", setuptools),
  text: `
import subprocess, sys
import distutils, setuptools
print(distutils.__file__, setuptools.__version__, [type(f).__name__ for f in sys.meta_path][:1])
print(subprocess.check_output([sys.executable, "-c", "import distutils; print(distutils.__file__)"]).decode())
`,
}, {
  name: "boto3, certifi and tzdata through importlib.resources and importlib.metadata",
  isolation: "hermetic",
  wheels: await wheelsOf("boto", "boto3==1.44.5", "certifi==2026.10.18", "tzdata==2026.6"),
  text: `
import importlib.metadata, importlib.resources, os, ssl, zoneinfo
import boto3, certifi
zoneinfo.reset_tzpath(to=[])
import datetime
print(datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo("Pacific/Auckland")).isoformat())
print(len(zoneinfo.available_timezones()), os.path.basename(certifi.where()))
with importlib.resources.as_file(importlib.resources.files("certifi") / "cacert.pem") as path:
    context = ssl.create_default_context(cafile=path)
print(len(context.get_ca_certs()) > 100, path == __import__("pathlib").Path(certifi.where()))
client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
print(client.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"}).split("?")[0])
print(sorted(d.name + d.version for d in importlib.metadata.distributions() if d.name[0] in "bcjt")[:9])
print(len(boto3.Session().get_available_services()))
`,
}, {
  name: "a wheel with an executable: playwright's driver",
  wheels: await wheelsOf("playwright", "playwright==1.65.2"),
  text: `
import os, subprocess, sys
from playwright._impl._driver import compute_driver_executable
driver = compute_driver_executable()
paths = [driver] if isinstance(driver, str) else list(driver)
print(*paths, os.access(paths[0], os.X_OK))
print(subprocess.check_output([*paths, "--version"]).decode())
print(subprocess.check_output([sys.executable, "-m", "playwright", "--version"]).decode())
`,
}, {
  name: "Ansible: data files, forks, modules that it runs by itself",
  wheels: await wheelsOf("ansible", "ansible-core==2.19.14"),
  text: `
import subprocess, sys
def ansible(*args):
    ended = subprocess.run([sys.executable, "-m", "ansible", *args], capture_output=True, text=True)
    print(ended.returncode, ended.stdout[-400:], ended.stderr[-400:])
ansible("adhoc", "localhost", "-c", "local", "-i", "localhost,", "-m", "ping",
    "-e", "ansible_python_interpreter=" + sys._base_executable)
ansible("doc", "-t", "module", "-s", "copy")
`,
}];

for (const { name, wheels, text, ...isolation } of PROGRAMS) {
  e2e(
    `edgeboot run shows a program what a virtual environment shows it: ${name}`,
    missingOf(wheels),
    async () => {
      const release = { entrypoints: { default: { script: "program.py" } }, ...isolation };
      await using ways = await TwoWays.create(wheels, { "program.py": text }, release);
      const env = { LC_ALL: "C.UTF-8" };
      const plain = await ways.plainly([`${ways.plain}/program.py`], env);
      assertEquals(plain.code, 0, plain.stderr);
      const through = await ways.through(["run", "app"], env);
      assertEquals(through.code, 0, through.stderr);
      assertEquals(ways.normal(through.stdout), ways.normal(plain.stdout));
      assertEquals(ways.normal(through.stderr), ways.normal(plain.stderr));
    },
  );
}
