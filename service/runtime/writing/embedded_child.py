"""The child process that runs a language model: llama.cpp's server on a loopback port, until its input ends."""

import json
import os
import sys

CONTEXT = 4096  # tokens of prompt and answer together


def main() -> None:
    """Read the order, open the model, and write the address of the server on a line."""
    import xllamacpp

    order = json.loads(sys.stdin.buffer.readline())
    params = xllamacpp.CommonParams()
    params.model.path = order["file"]
    params.api_keys = [order["key"]]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order["threads"]
    params.n_ctx, params.n_parallel = CONTEXT, 1
    params.offline, params.warmup, params.verbosity = True, False, -1
    params.ui = params.endpoint_slots = params.endpoint_props = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
