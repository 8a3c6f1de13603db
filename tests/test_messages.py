"""Texts that remember how they were made, and their translations."""

import copy
import gettext
import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from traitlets import HasTraits, Unicode

from dlwidgets import _messages
from dlwidgets._messages import (
    Message,
    error_message,
    join_messages,
    language_of_environment,
    languages,
    match_language,
    set_language,
    tr,
    trn,
)

ZH = {
    "Loss became NaN at step {step}.": "第 {step} 步时损失变为 NaN。",
    "{n} sample": ["{n} 个样本"],
    "Training failed: {reason}": "训练失败：{reason}",
}


class Catalog(gettext.NullTranslations):
    def gettext(self, message):
        return ZH.get(message, message)

    def ngettext(self, msgid1, msgid2, n):
        return ZH[msgid1][0] if msgid1 in ZH else super().ngettext(msgid1, msgid2, n)


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr(_messages, "languages", lambda: ["en", "zh"])
    catalogs = {"zh": Catalog()}
    none = gettext.NullTranslations()
    monkeypatch.setattr(_messages, "catalog_of", lambda language: catalogs.get(language, none))


@pytest.fixture(autouse=True)
def english():
    set_language("en")
    yield
    set_language(None)


def test_a_message_is_the_english_text_and_keeps_its_parts():
    message = tr("Loss became NaN at step {step}.", step=np.int64(1812))
    assert message == "Loss became NaN at step 1,812."
    assert message.id == "Loss became NaN at step {step}."
    assert message.args == {"step": 1812}
    assert type(message.args["step"]) is int
    assert message.to_json() == {
        "id": "Loss became NaN at step {step}.",
        "args": {"step": 1812},
        "text": "Loss became NaN at step 1,812.",
    }


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 samples"), (1, "1 sample"), (1797, "1,797 samples")]
)
def test_a_plural_follows_the_number(n, text):
    message = trn("{n} sample", "{n} samples", n)
    assert message == text
    assert message.to_json() == {
        "id": "{n} sample",
        "plural": "{n} samples",
        "n": n,
        "args": {"n": n},
        "text": text,
    }


def test_a_plural_may_leave_the_number_out():
    assert trn("one image of {name}", "{n} images of {name}", 1, name="a") == "one image of a"


def test_fields_in_arguments_are_left_alone():
    assert tr("{a} and {b}", a="{b}", b="{a}") == "{b} and {a}"
    assert tr("Set {…} here") == "Set {…} here"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.3"), (True, "True"), ((28, 28), "(28, 28)"), (None, "None"), ("8866", "8866")],
)
def test_other_arguments_become_text(value, text):
    message = tr("Received: {value}", value=value)
    assert message == f"Received: {text}"
    assert message.args == {"value": text}


@pytest.mark.parametrize("args", [{}, {"steps": 3}, {"step": 3, "more": 4}])
def test_fields_and_arguments_must_agree(args):
    with pytest.raises(TypeError, match="fields"):
        tr("Stopped at step {step}.", **args)


def test_a_message_survives_traits_exceptions_copies_and_json():
    class Panel(HasTraits):
        note = Unicode()

    message = trn("{n} sample", "{n} samples", 3)
    panel = Panel(note=message)
    assert panel.note.id == "{n} sample"
    for copied in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert isinstance(copied, Message)
        assert copied.to_json() == message.to_json()
    assert ValueError(message).args[0].id == "{n} sample"
    assert json.dumps(message) == '"3 samples"'
    assert repr(message) == "'3 samples'"


def test_exceptions_as_arguments_keep_their_own_message():
    inner = ValueError(tr("Loss became NaN at step {step}.", step=3))
    message = tr("Training failed: {reason}", reason=inner)
    assert message == "Training failed: Loss became NaN at step 3."
    assert message.to_json()["args"]["reason"]["id"] == "Loss became NaN at step {step}."
    assert error_message(OSError(2, "gone")) == "[Errno 2] gone"
    assert error_message(KeyError()) == "KeyError"


def test_str_and_format_speak_the_chosen_language(chinese):
    message = tr(
        "Training failed: {reason}", reason=tr("Loss became NaN at step {step}.", step=1812)
    )
    count = trn("{n} sample", "{n} samples", 2)
    assert str(message) == "Training failed: Loss became NaN at step 1,812."
    set_language("zh-CN")
    assert str(message) == "训练失败：第 1,812 步时损失变为 NaN。"
    assert f"{count}" == "2 个样本"
    assert str(ValueError(message)) == str(message)
    assert message == "Training failed: Loss became NaN at step 1,812."
    assert message.translated("en") == message
    assert str(tr("Not in the catalog")) == "Not in the catalog"


def test_listeners_hear_of_a_language(chinese):
    heard = []
    _messages.on_language_change(heard.append)
    set_language("zh")
    set_language(None)
    assert heard == ["zh", ""]


def test_a_language_without_translation_is_refused():
    with pytest.raises(ValueError, match="'tlh'"):
        set_language("tlh")
    assert languages()[0] == "en"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("ZH-Hans", "zh"), ("de", "en"), ("C", "en"), ("", "en")],
)
def test_tags_match_a_language(chinese, tag, language):
    assert match_language(tag) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "de:zh:en"}, "zh"),
        ({"LANGUAGE": "en:zh"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "DLWIDGETS_LANG": "en"}, "en"),
    ],
)
def test_the_environment_chooses(chinese, environment, language):
    assert language_of_environment(environment) == language


def test_messages_load_nothing_heavy():
    script = (
        "import sys, dlwidgets._messages\n"
        "print([name for name in ('tensorflow', 'ipywidgets', 'traitlets') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_joined_messages_are_translated_one_by_one(chinese):
    parts = [trn("{n} sample", "{n} samples", 2), "", "cat", tr("Not in the catalog")]
    joined = join_messages(parts, " · ")
    assert joined == "2 samples · cat · Not in the catalog"
    set_language("zh")
    assert str(joined) == "2 个样本 · cat · Not in the catalog"
    assert joined.to_json()["args"]["part_0"]["plural"] == "{n} samples"


def test_one_message_is_joined_to_itself():
    alone = tr("Not in the catalog")
    assert join_messages(["", alone]) is alone
    assert join_messages([]) == ""
