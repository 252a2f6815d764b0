"""A model of five words, made here, says how any model's files are read."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save_model
from tokenizers import Tokenizer, models, pre_tokenizers

from adapters.embeddings.running import TOKENS_MAX
from adapters.embeddings.sentence_model import SentenceModel
from bot.domain.errors import ModelUnavailable

WORDS = {"[UNK]": 0, "robots": 1, "walk": 2, "cook": 3, "far": 4}
TABLE = np.array([[0, 0], [1, 0], [0, 1], [-1, 0], [0.5, 0.25]], np.float32)


@pytest.fixture
def folder(tmp_path):
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    given = ("input_ids", "attention_mask", "token_type_ids")
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["x"])],
        "tiny",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "n"]) for n in given],
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["b", "n", 2])],
        [numpy_helper.from_array(TABLE, "table")],
    )
    opset = [helper.make_opsetid("", 20)]
    save_model(helper.make_model(graph, opset_imports=opset, ir_version=10), tmp_path / "m.onnx")
    return tmp_path


def model(folder, **how):
    how = {"file": "m.onnx", "cache": folder / "cache", "threads": 1} | how
    return SentenceModel(str(folder), **how)


def numbers(vectors):
    return [np.frombuffer(v, np.int8).tolist() for v in vectors]


def test_a_text_is_the_mean_of_its_words_as_signed_bytes(folder):
    texts = ["robots", "robots walk", "cook", "robots walk cook cook"]
    assert numbers(model(folder).embed(texts)) == [[127, 0], [127, 127], [-127, 0], [-127, 127]]


def test_a_text_has_the_same_vector_in_whatever_company(folder):
    asked = model(folder)
    [alone] = asked.embed(["robots far"])
    assert asked.embed(["walk " * 50, "robots far"])[1] == alone


def test_a_model_may_speak_by_its_first_token(folder):
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    assert numbers(model(folder).embed(["robots walk"])) == [[127, 0]]


def test_a_long_text_is_cut(folder):
    [found] = numbers(model(folder).embed(["robots " * TOKENS_MAX + "walk " * 99]))
    assert found == [127, 0]


def test_an_empty_text_has_a_vector_too(folder):
    [found] = model(folder).embed(["unheard of"])
    assert len(found) == 2


def test_the_model_is_named_with_its_file(folder):
    assert model(folder).model != model(folder, file="int8.onnx").model


@pytest.mark.parametrize("missing", ["m.onnx", "tokenizer.json"])
def test_a_folder_without_a_model_is_named(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(ModelUnavailable, match="holds no model that can be read"):
        model(folder).embed(["robots"])


def test_a_folder_that_is_not_there_is_named_before_any_request(tmp_path):
    missing = tmp_path / "no" / "such" / "folder"
    with pytest.raises(ModelUnavailable, match=f"^there is no folder {missing}$"):
        model(missing).embed(["robots"])


class Hub(BaseHTTPRequestHandler):
    """Hugging Face where it has nothing of the name."""

    def do_GET(self):
        self.send_response(401)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def hub(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
        yield
        server.shutdown()


def test_a_name_that_the_hub_does_not_know_is_said_so(hub, tmp_path):
    asked = SentenceModel("lab/none", file="m.onnx", cache=tmp_path, threads=1)
    with pytest.raises(ModelUnavailable, match=r"lab/none could not .* no open model of that name"):
        asked.embed(["robots"])


def test_a_hub_that_cannot_be_reached_is_said_in_words(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    asked = SentenceModel("lab/tiny", file="m.onnx", cache=tmp_path, threads=1)
    with pytest.raises(ModelUnavailable) as caught:
        asked.embed(["robots"])
    assert str(caught.value) == (
        "lab/tiny could not be fetched: Hugging Face gives no usable answer"
    )


def test_what_was_fetched_once_is_found_without_the_network(folder, tmp_path):
    at = tmp_path / "cache" / "models--lab--tiny"
    (at / "refs").mkdir(parents=True)
    (at / "refs" / "main").write_text("abc")
    (at / "snapshots").mkdir()
    (folder / "m.onnx").rename(folder / "kept.onnx")
    snapshot = at / "snapshots" / "abc"
    snapshot.mkdir()
    for name, kept in (("m.onnx", "kept.onnx"), ("tokenizer.json", "tokenizer.json")):
        (snapshot / name).write_bytes((folder / kept).read_bytes())
    asked = SentenceModel("lab/tiny", file="m.onnx", cache=tmp_path / "cache", threads=1)
    assert numbers(asked.embed(["robots"])) == [[127, 0]]
