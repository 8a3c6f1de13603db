"""The public names, each with its module."""

from .deleting import Deleted as Deleted
from .errors import RecordingError as RecordingError
from .exporting import Exported as Exported
from .exporting import JsonRun as JsonRun
from .exporting import read_csv as read_csv
from .exporting import read_json as read_json
from .histograms import Histogram as Histogram
from .media import Sample as Sample
from .options import RecordOptions as RecordOptions
from .options import record as record
from .rebuilding import named_variables as named_variables
from .rebuilding import set_weights as set_weights
from .recorded_run import RecordedRun as RecordedRun
from .recorded_run import open_run as open_run
from .resume_files import read_resume as read_resume
from .run_folder import RunFolder as RunFolder
from .snapshots import Probe as Probe
from .snapshots import SnapshotInfo as SnapshotInfo
from .summary import RunSummary as RunSummary
from .writer import RunWriter as RunWriter
