"""The public names, for type checkers and editors. All widgets are listed in `widgets`."""

from . import concepts as concepts
from . import course as course
from . import data as data
from . import generate as generate
from . import inspect as inspect
from . import models as models
from . import recording as recording
from . import training as training
from . import vision as vision
from . import widgets as widgets
from ._messages import set_language as set_language
from ._version import __version__ as __version__
from .recording import RecordedRun as RecordedRun
from .recording import open_run as open_run
from .recording import record as record
from .training import Live as Live
from .training import Run as Run
from .training import fit as fit
from .training import fork as fork
from .training import resume as resume
from .widgets import *  # noqa: F403
