"""The public names, each with its module."""

from .as_csv import read_csv as read_csv
from .as_json import JsonRun as JsonRun
from .as_json import read_json as read_json
from .exported import Exported as Exported
from .kinds import KINDS as KINDS
from .kinds import export as export
from .live_tensorboard import LiveTensorBoard as LiveTensorBoard
