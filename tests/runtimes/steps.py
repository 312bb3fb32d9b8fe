"""Runs a model in the TensorFlow Lite of this Python environment: `python steps.py MODEL`.

Needs only NumPy and the runtime. The first line of standard output is JSON: the runtime's module
and the shapes of inputs and outputs in their order, or the error if the model cannot be loaded.
Each request on standard input, int32 count, int32 ids [count] and float32 state, is answered with
float32 logits [count, vocabulary] and the state after the last id.
"""

import importlib
import json
import os
import struct
import sys

import numpy as np

MODULES = (
    "tflite_runtime.interpreter",
    "ai_edge_litert.interpreter",
    "tensorflow.lite.python.interpreter",
)


def installed():
    """The interpreter module of this environment."""
    for name in MODULES:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    sys.exit("no TensorFlow Lite is installed in this environment")


def opened(module, path):
    """The model in an interpreter on one thread."""
    with open(path, "rb") as stream:
        interpreter = module.Interpreter(model_content=stream.read(), num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def described(module, interpreter):
    """What the first line of the output says about a model."""
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    shapes = [[details["shape"].tolist() for details in side] for side in (inputs, outputs)]
    return {"module": module.__name__, "inputs": shapes[0], "outputs": shapes[1]}


def answer_all(interpreter, requests, answers):
    """Answer requests until there are no more."""
    # By position, as apps do.
    state, token = interpreter.get_input_details()
    logits, next_state = interpreter.get_output_details()
    while head := requests.read(4):
        (count,) = struct.unpack("<i", head)
        ids = np.frombuffer(requests.read(4 * count), "<i4")
        size = 4 * int(np.prod(state["shape"]))
        values = np.frombuffer(requests.read(size), "<f4").reshape(state["shape"])
        for token_id in ids:
            interpreter.set_tensor(token["index"], np.array([token_id], np.int32))
            interpreter.set_tensor(state["index"], values)
            interpreter.invoke()
            answers.write(interpreter.get_tensor(logits["index"]).tobytes())
            values = interpreter.get_tensor(next_state["index"])
        answers.write(values.tobytes())
        answers.flush()


def main(path, requests, answers):
    module, interpreter = installed(), None
    try:
        interpreter = opened(module, path)
        first = described(module, interpreter)
    except Exception as error:
        # Each runtime raises other errors for a model that it cannot load.
        first = {"error": str(error)}
    answers.write(json.dumps(first).encode() + b"\n")
    answers.flush()
    if interpreter is not None:
        answer_all(interpreter, requests, answers)


if __name__ == "__main__":
    # Runtimes may write to standard output themselves.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    main(sys.argv[1], sys.stdin.buffer, answers)
