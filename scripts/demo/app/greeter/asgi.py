"""The app with dependencies: FastAPI, whose validation is a native extension."""

from typing import Optional

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic_core import _pydantic_core

from greeter import facts

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


class Greeting(BaseModel):
    greeting: str
    pid: int
    python: str
    version: Optional[str]
    code: str
    native: str


@app.get("/hello/{name}")
async def hello(name: str) -> Greeting:
    return Greeting(greeting=f"Hello, {name}", native=_pydantic_core.__file__, **facts())
