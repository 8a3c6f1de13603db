"""The public names, each with its module."""

from .errors import NonFiniteLossError as NonFiniteLossError
from .errors import RunInProgressError as RunInProgressError
from .errors import explain as explain
from .events import Event as Event
from .events import Events as Events
from .events import Marker as Marker
from .events import State as State
from .fitting import fit as fit
from .forking import fork as fork
from .history import History as History
from .live import Live as Live
from .recorder import Recorder as Recorder
from .resuming import resume as resume
from .run import Run as Run
from .snapshot import Snapshot as Snapshot
from .table import Points as Points
from .table import Rows as Rows
from .table import Series as Series
from .table import Table as Table
