"""Engines that make something new with a trained model: text, images from a latent space."""

from __future__ import annotations

from dlwidgets.generate import gan, gan_frames, gan_tracking, latent
from dlwidgets.generate.corpora import (
    BadTextError,
    Corpus,
    CorpusInfo,
    available_corpora,
    load_corpus,
    read_text,
)
from dlwidgets.generate.recurrent import CarryStateError
from dlwidgets.generate.reweight import (
    entropy,
    reweight,
    reweight_logits,
    sampling_distribution,
    top_k,
    top_p,
)
from dlwidgets.generate.sampling import TextChunk, sample_text, sample_texts
from dlwidgets.generate.text_model import TextModel
from dlwidgets.generate.tokenizer import CharTokenizer, UnknownCharacterError
from dlwidgets.generate.windows import windows

__all__ = [
    "BadTextError",
    "CarryStateError",
    "CharTokenizer",
    "Corpus",
    "CorpusInfo",
    "TextChunk",
    "TextModel",
    "UnknownCharacterError",
    "available_corpora",
    "entropy",
    "gan",
    "gan_frames",
    "gan_tracking",
    "latent",
    "load_corpus",
    "read_text",
    "reweight",
    "reweight_logits",
    "sample_text",
    "sample_texts",
    "sampling_distribution",
    "top_k",
    "top_p",
    "windows",
]
